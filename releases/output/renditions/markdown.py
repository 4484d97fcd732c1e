"""Markdown rendition, in CommonMark."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format

from releases.content import commonmark
from releases.output.edition import Edition
from releases.parsing.parser import ParsedSection


def make(edition: Edition) -> bytes:
    """Return heading, text with emphasis and links, end mark, permalink and checksum in UTF-8."""
    return ("\n\n".join(filter(None, _blocks(edition))) + "\n").encode()


def _blocks(edition: Edition) -> Iterator[str]:
    release = edition.text
    yield f"# {commonmark.escape_plain_text(release.title)}"
    yield release.subtitle and f"**{commonmark.escape_plain_text(release.subtitle)}**"
    yield edition.notice and f"> {commonmark.escape_plain_text(edition.notice)}"
    yield f"Release {edition.number}, {date_format(edition.date, 'l, F j, Y')}"
    yield commonmark.escape_plain_text(release.contact)
    yield commonmark.to_commonmark(release.body)
    for section in release.sections:
        if not section.after_end:
            yield _section(section)
    yield commonmark.escape_plain_text(release.end_mark)
    for section in release.sections:
        if section.after_end:
            yield _section(section)
    yield "* * *"
    yield (
        f"<{edition.permalink}>, version {edition.version.number}, SHA-256 {edition.version.sha256}"
    )


def _section(section: ParsedSection) -> str:
    heading = f"## {commonmark.escape_plain_text(section.heading)}\n\n" if section.heading else ""
    return heading + commonmark.to_commonmark(section.body)
