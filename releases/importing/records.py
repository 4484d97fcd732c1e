"""One release to import, from whatever format it came: found, read, or rejected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from releases.importing.decoding import Source
from releases.parsing.parser import ParsedRelease, ParsedSection
from releases.parsing.warnings import ParseWarning


@dataclass(frozen=True)
class UnparsedRecord:
    """A release in a file that is not parsed yet: what the archive has already need not be.

    `key` names it for good where it came from.
    """

    source: Source
    read: Callable[[], Record]
    key: str | None = None

    @property
    def sha256(self) -> str:
        """Its source's hash: the same source is imported once."""
        return self.source.sha256


@dataclass(frozen=True)
class Record:
    """A release as read: its source, its parts and what is in doubt about them.

    `key` names it for good where it came from, `url` is the address it had there. `said` are the
    fields that it names, blank ones included (None: a whole document, which says all of it);
    `named_sections` are those it names beside its text, the last of `parsed.sections`.
    """

    source: Source
    parsed: ParsedRelease
    warnings: tuple[ParseWarning, ...] = ()
    key: str | None = None
    url: str = ""
    topics: tuple[str, ...] = ()
    said: frozenset[str] | None = None
    named_sections: tuple[ParsedSection, ...] = ()

    @property
    def sha256(self) -> str:
        """Its source's hash: the same source is imported once."""
        return self.source.sha256


@dataclass(frozen=True)
class RejectedRecord:
    """What could not be read at all, by name, and why, in a sentence."""

    name: str
    reason: str
