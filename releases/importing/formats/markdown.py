"""Markdown: our own rendition, or a page with front matter, as static sites have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from releases.content import markup
from releases.importing import decoding
from releases.importing.decoding import InputFile, Source
from releases.importing.fields import parse_fields
from releases.importing.formats import text
from releases.importing.records import ParsedRecord, Record
from releases.parsing import contacts, datelines, headers, phrases
from releases.parsing.parser import ParsedSection
from releases.parsing.sections import heading_kind

_LINE_END = re.compile(r"\r\n?")
_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\n(?P<fields>(?:(?!---[ \t]*$).*\n)*+)---[ \t]*\n", re.M
)
_FIELD = re.compile(r"(?<!.)(?P<key>[A-Za-z][\w-]*)[ \t]*:[ \t]*(?P<value>.*)")
_NAMES = {"tags": "topics", "categories": "topics", "lang": "language", "permalink": "url"}
_NUMBER = re.compile(r"Release \d{4}-\d{4,}, (?P<date>.+)")
_RECORD = re.compile(r"(?<!.)<\S+/releases/\d{4}-\d{4,}/\S*>, version \d+, SHA-256 [0-9a-f]{64}")
_BOLD = re.compile(r"\*\*(?P<words>.+)\*\*", re.DOTALL)
_HEADING = re.compile(r"#{1,6} +(?P<words>.+)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_COMMONMARK_ESCAPE = re.compile(r"\\(?=[&!=~])")  # not of our dialect


def read(file: InputFile) -> Iterator[Record]:
    """Yield the file's release; Markdown of another kind is read as plain text."""
    source = decoding.read(file)
    whole = _LINE_END.sub("\n", source.text)
    fields = _front_matter(whole) or _own_rendition(whole)
    if fields:
        yield Record(source, partial(_parse, fields, source))
    else:
        yield text.build_record(source)


def _parse(fields: dict[str, Any], source: Source) -> ParsedRecord:
    """Parse the fields; the body keeps its links, emphasis and lists."""
    blocks, sections = _split(fields["body"])
    body = "\n\n".join(blocks)
    parsed = parse_fields({**fields, "body": markup.to_plain(body)}, source.warnings)
    return replace(
        parsed,
        body=body,
        sections=tuple(sections),
        end_mark=fields.get("end_mark", ""),
        named_fields=None,
    )


def _front_matter(whole: str) -> dict[str, Any] | None:
    """Return the fields above the text, as of Jekyll or Hugo."""
    match = _FRONT_MATTER.match(whole)
    if not match:
        return None
    fields: dict[str, Any] = {"body": whole[match.end() :]}
    for line in match["fields"].splitlines():
        if found := _FIELD.fullmatch(line):
            key = found["key"].lower()
            name = _NAMES.get(key, key)
            if name != "body":
                fields[name] = _value(found["value"].strip(), is_list=name == "topics")
    return fields if fields.get("title") else None


def _value(printed: str, is_list: bool) -> str | list[str]:
    if is_list:
        return [part.strip(" \"'") for part in printed.strip("[]").split(",") if part.strip(" \"'")]
    return printed[1:-1] if len(printed) > 1 and printed[0] == printed[-1] in "\"'" else printed


def _own_rendition(whole: str) -> dict[str, Any] | None:
    """Return the fields of our own Markdown rendition."""
    blocks = [block.strip("\n") for block in whole.split("\n\n") if block.strip()]
    if len(blocks) < 3 or not _RECORD.fullmatch(blocks[-1]) or not blocks[0].startswith("# "):
        return None
    fields: dict[str, Any] = {"title": _plain(blocks.pop(0).removeprefix("# "))}
    if bold := _BOLD.fullmatch(blocks[0]):
        fields["subtitle"] = _plain(bold["words"])
        blocks.pop(0)
    while blocks and not (number := _NUMBER.fullmatch(blocks[0])):
        blocks.pop(0)  # the notice of a withdrawal
    if not blocks or not number:
        return None
    fields["date"] = number["date"]
    if len(blocks) > 1 and _is_contact(blocks[1]):
        fields["contact"] = _plain(blocks.pop(1))
    fields["body"] = "\n\n".join(blocks[1:-2])
    for block in blocks[1:-2]:
        if phrases.END_LINE.fullmatch(_plain(block)):
            fields["end_mark"] = _plain(block)
    return fields


def _plain(words: str) -> str:
    return _ESCAPE.sub(r"\1", words)


def _is_contact(block: str) -> bool:
    words = _plain(block)
    is_text = datelines.find(words) is not None or headers.is_sentence(words)
    return not is_text and contacts.has_phone_or_email(words)


def _split(body: str) -> tuple[list[str], list[ParsedSection]]:
    """Split the text at its headings and its end mark."""
    parts: list[tuple[str, bool, list[str]]] = [("", False, [])]
    for block in re.split(r"\n{2,}", body.strip("\n")):
        head, _, rest = block.partition("\n")
        heading = _HEADING.fullmatch(head)
        if heading:
            parts.append((_plain(heading["words"]), parts[-1][1], [rest] if rest else []))
        elif phrases.END_LINE.fullmatch(_plain(block)):
            parts.append(("", True, []))
        else:
            parts[-1][2].append(_COMMONMARK_ESCAPE.sub("", block))
    sections = [
        ParsedSection(heading_kind(heading) or "body", heading, "\n\n".join(texts), is_below)
        for heading, is_below, texts in parts[1:]
        if heading or texts
    ]
    return parts[0][2], sections
