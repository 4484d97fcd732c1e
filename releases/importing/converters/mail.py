"""Mail messages (RFC 5322, MIME) and mailboxes (mbox, RFC 4155)."""

from __future__ import annotations

import base64
import email
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from email.message import Message
from email.policy import default as policy
from email.utils import parsedate_to_datetime
from itertools import islice

from releases.content import html_text, rich_text
from releases.content.rich_text import Block, Run
from releases.importing.converters import docx, odt, pages, pdf, rtf
from releases.importing.converters.errors import EMPTY, RefusedError
from releases.importing.converters.forwarded import Header, unwrap_blocks, unwrap_text
from releases.importing.converters.pictures import in_page, without
from releases.importing.extracts import Extract, Picture
from releases.parsing import dates

MAX_MESSAGES = 20_000
MAX_PARTS = 500
MAX_NOTE = 500  # characters of a mail that brings its release as a document
_FROM_LINE = re.compile(rb"(?m)^From [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n")
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg) ?: ?)+", re.IGNORECASE)


def convert(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the message's release."""
    found = _read(data)
    if not found.blocks:
        raise RefusedError(EMPTY)
    yield found


def convert_mailbox(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the release of each message."""
    starts = [match.span() for match in _FROM_LINE.finditer(data)][:MAX_MESSAGES]
    ends = [start for start, _ in starts[1:]] + [len(data)]
    for number, ((_, start), end) in enumerate(zip(starts, ends, strict=True), 1):
        raw = re.sub(rb"(?m)^>(>*From )", rb"\1", data[start:end])
        label = f"message {number}"
        try:
            found = _read(raw)
        except RefusedError as refusal:
            yield Extract((), name=label, refusal=str(refusal))
            continue
        # The bytes as text: latin-1 has a character for each.
        yield _labelled(found, label, raw.decode("latin-1"))


def _labelled(found: Extract, label: str, raw: str) -> Extract:
    refusal = "" if found.blocks else EMPTY
    return replace(found, name=label, raw=raw, refusal=refusal)


def _read(data: bytes) -> Extract:
    return _read_message(email.message_from_bytes(data, policy=policy))


def _read_message(message: Message) -> Extract:
    parts = list(islice(_leaves(message), MAX_PARTS + 1))
    if len(parts) > MAX_PARTS:
        raise RefusedError(f"It has more than {MAX_PARTS} parts.")
    bodies = [part for part in parts if _is_body(part)]
    enclosed = {_content_id(part): part for part in parts if part.get("Content-ID")}
    body = _read_bodies(bodies, enclosed)
    pictures = body.pictures
    attached = [part for part in parts if part.get_content_type() == "message/rfc822"]
    is_forward = len(attached) == 1
    shown = [part for part in enclosed.values() if _bytes(part) in _bytes_of(pictures)]
    known = [*bodies, *shown, *(attached if is_forward else [])]
    others = [part for part in parts if part not in known]
    found = replace(
        body,
        title=body.title or _without_reply(_header(message, "Subject")),
        moment=body.moment or _moment(message),
        left_out=(*body.left_out, *map(_attachment, others)),
    )
    return _forwarded(found, attached[0]) if is_forward else _enclosed(found, others)


def _enclosed(around: Extract, others: Sequence[Message]) -> Extract:
    """Return the release in the only document that a short mail brings; its own words are
    named."""
    documents = [(part, convert) for part in others if (convert := _converter(part))]
    if len(documents) != 1 or _words(list(around.blocks)) > MAX_NOTE:
        return around
    part, convert = documents[0]
    try:
        found = next(convert(_bytes(part), "", ""))
    except (RefusedError, zipfile.BadZipFile, ValueError, KeyError):
        return around  # which names it
    words = filter(None, map(rich_text.plain, around.blocks))
    rest = [each for each in around.left_out if each != _attachment(part)]
    left_out = (*found.left_out, *words, *rest)
    return replace(found, title=around.title, moment=around.moment, left_out=left_out)


def _converter(part: Message) -> Callable[[bytes, str, str], Iterator[Extract]] | None:
    """Return the reader of a document; None for other attachments."""
    data, name = _bytes(part), (part.get_filename() or "").lower()
    kinds = ((b"%PDF-", ".pdf", pdf), (b"{\\rtf", ".rtf", rtf))
    packed = ((b"PK\x03\x04", ".docx", docx), (b"PK\x03\x04", ".odt", odt))
    for head, suffix, module in (*kinds, *packed):
        if data.startswith(head) and name.endswith(suffix):
            return module.convert
    return None


def _leaves(part: Message) -> Iterator[Message]:
    """Yield the parts without parts; an attached message is one."""
    if part.get_content_type() == "message/rfc822" or not part.is_multipart():
        yield part
        return
    for inner in part.get_payload():
        if isinstance(inner, Message):
            yield from _leaves(inner)


def _forwarded(around: Extract, part: Message) -> Extract:
    """Return the message attached to another; the words of the other are named."""
    inner = part.get_payload(0)
    if not isinstance(inner, Message):
        return around
    words = filter(None, (around.title, *map(rich_text.plain, around.blocks)))
    found = _read_message(inner)
    return replace(found, left_out=(*found.left_out, *words, *around.left_out))


def _is_body(part: Message) -> bool:
    is_text = part.get_content_type() in ("text/plain", "text/html")
    return is_text and part.get_content_disposition() != "attachment"


def _content_id(part: Message) -> str:
    return _header(part, "Content-ID").strip("<>")


def _bytes_of(pictures: Sequence[Picture]) -> set[bytes]:
    return {base64.b64decode(picture.data) for picture in pictures}


def _read_bodies(bodies: Sequence[Message], enclosed: Mapping[str, Message]) -> Extract:
    """Return the text, without a forwarding note: HTML, which has the links, if it says as much as
    the plain text."""
    pictures: list[Picture] = []
    plain: list[Block] = []
    rich: list[Block] = []
    left_out: list[str] = []
    texts: list[str] = []
    for part in bodies:
        text = _text(part)
        if part.get_content_type() == "text/html":
            root = pages.parse(text)
            found = html_text.read(root)
            collected = in_page(root, {key: _bytes(each) for key, each in enclosed.items()}).found
            rich += found.blocks
            pictures += collected
            left_out += without(collected, found.left_out)
        elif text.strip():
            plain.append(Block("paragraph", (Run(text),)))
            texts.append(text)
    if not rich or (plain and _words(rich) < 0.7 * _words(plain)):
        text, dropped, header = unwrap_text("\n\n".join(texts))
        blocks = (Block("paragraph", (Run(text),)),) if text.strip() else ()
        return _with_header(Extract(blocks, left_out=tuple(dropped)), header)
    kept, dropped, header = unwrap_blocks(rich)
    found_text = Extract(tuple(kept), left_out=(*dropped, *left_out), pictures=tuple(pictures))
    return _with_header(found_text, header)


def _with_header(found: Extract, header: Header | None) -> Extract:
    """Return the text with title and date of the message that was forwarded."""
    if header is None:
        return found
    printed = next((each.date for each in dates.find(header.date) if each.date), None)
    title = _without_reply(rich_text.collapse(header.subject))
    return replace(found, title=title, moment=printed.isoformat() if printed else "")


def _words(blocks: list[Block]) -> int:
    return sum(len(rich_text.plain(block)) for block in blocks)


def _text(part: Message) -> str:
    """Decode by the stated charset, else like a page."""
    data = _bytes(part)
    charset = part.get_content_charset() or ""
    text = pages.decode_as(data, charset) if charset else pages.decode(data)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _unflow(text)
    return text


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _unflow(text: str) -> str:
    """Join the lines that the mail program broke (RFC 3676)."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "".join(line if line.endswith(" ") and line != "-- " else line + "\n" for line in lines)


def _attachment(part: Message) -> str:
    kind = part.get_content_type()
    return f"attachment “{part.get_filename() or kind}”"


def _header(message: Message, name: str) -> str:
    try:
        return rich_text.collapse(str(message.get(name, "")))
    except Exception:  # the library lets any through from a broken header
        return ""


def _without_reply(subject: str) -> str:
    marks = _REPLY.match(subject)
    return subject[marks.end() :] if marks else subject


def _moment(message: Message) -> str:
    try:
        return parsedate_to_datetime(_header(message, "Date")).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""
