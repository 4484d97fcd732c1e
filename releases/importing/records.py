"""Records: releases in input files, parsed or rejected."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from releases.importing.decoding import Source
from releases.importing.extracts import Picture
from releases.parsing.parser import ParsedRelease, ParsedSection

BROKEN = (
    "An error in this program kept it from being read. Ask your administrator to look into the log."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ParsedRecord(ParsedRelease):
    """A parsed release, with what only records with named fields have.

    `url` is the release's address on an earlier site. `named_fields` are the fields that the
    record names, blank ones included; None for a whole document, which states them all.
    `named_sections` are the sections given as separate fields, last in `sections`.
    """

    url: str = ""
    topics: tuple[str, ...] = ()
    named_fields: frozenset[str] | None = None
    named_sections: tuple[ParsedSection, ...] = ()


@dataclass(frozen=True)
class Record:
    """One release in an input file, parsed on first use of `parsed`.

    `key` identifies the release at its source, across changes of its text.
    """

    source: Source
    # A release that the archive already has is never parsed. Picklable: it may run in a worker.
    parse: Callable[[], ParsedRecord]
    key: str | None = None
    pictures: tuple[Picture, ...] = field(default=(), kw_only=True, repr=False)
    unread: tuple[str, ...] = ()  # columns or keys that are no fields

    @property
    def name(self) -> str:
        """Name of the file, with the line or row."""
        return self.source.name

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of the source."""
        return self.source.sha256

    @cached_property
    def parsed(self) -> ParsedRecord:
        return self.parse()

    def with_parsed(self, parsed: ParsedRecord) -> Record:
        """Return the record with the given parsed release."""
        return replace(self, parse=lambda: parsed)


@dataclass(frozen=True)
class RejectedRecord:
    """A file, line or row that cannot be read; the reason is a sentence."""

    name: str
    reason: str


def try_parse(item: Record | RejectedRecord) -> Record | RejectedRecord:
    """Return the record once it is parsed, or a rejection if that raises any error."""
    try:
        _ = isinstance(item, Record) and item.parsed
    except Exception:
        return rejected_by_error(item.name)
    return item


def rejected_by_error(name: str) -> RejectedRecord:
    """Log the current exception, and return the rejection of what it kept from being read."""
    logger.exception("%s cannot be read.", name)
    return RejectedRecord(name, BROKEN)
