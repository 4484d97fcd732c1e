"""Outcomes of an import, as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from releases.content import markup
from releases.models import Release
from releases.parsing.warnings import ParseWarning

MAX_NAMED = 20  # columns in a summary
OUTCOMES = ("created", "updated", "unchanged", "draft", "rejected")


@dataclass(frozen=True)
class Outcome:
    """Outcome of one file, line or row: one of OUTCOMES, and its release if there is one."""

    source: str
    outcome: str
    release: Release | None = None
    warnings: tuple[ParseWarning, ...] = ()
    unread: tuple[str, ...] = ()  # columns or keys that are no fields

    @property
    def number(self) -> str | None:
        return self.release.number if self.release else None

    def as_json(self) -> dict[str, Any]:
        """Return JSON values: source, outcome, number, warnings and the release's fields."""
        return {
            "source": self.source,
            "outcome": self.outcome,
            "number": self.number,
            "warnings": [warning.message for warning in self.warnings],
            "unread": list(self.unread),
            "fields": describe(self.release) if self.release else {},
        }


def describe(release: Release) -> dict[str, Any]:
    """Return the fields that a person checks after an import, as JSON values."""
    return {
        "title": release.title,
        "date": release.date and release.date.isoformat(),
        "contact": release.contact,
        "dateline": release.dateline,
        "paragraphs": _count_paragraphs(release),
        "end_mark": release.end_mark,
        "language": release.language,
    }


def _count_paragraphs(release: Release) -> int:
    """Count paragraphs from the dateline to the end mark; a heading or list item counts as one."""
    above = [section for section in release.sections.all() if not section.after_end]
    texts = [release.body, *(section.body for section in above)]
    headings = sum(1 for section in above if section.heading)
    return sum(len(markup.paragraphs(text)) for text in texts) + headings


@dataclass
class Summary:
    """Counts of each outcome, and of releases by kind of warning and by column not read."""

    outcomes: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        self.outcomes[outcome.outcome] += 1
        self.warnings.update({f"{warning.field}: {warning.code}" for warning in outcome.warnings})
        self.unread.update(outcome.unread)

    def notes(self) -> list[str]:
        """Return sentences about what options would read."""
        notes = []
        if dates := self.warnings["date: date_order"]:
            words = "1 date" if dates == 1 else f"{dates} dates"
            notes.append(
                f"{words} such as 03/04/2012 can be read in two ways and were not guessed: "
                "--dates us (month first) or --dates eu (day first) would read them."
            )
        if self.unread:
            names = ", ".join(f"“{name}”" for name, _ in self.unread.most_common(MAX_NAMED))
            notes.append(f"Columns or keys that are not read: {names}.")
        return notes

    def text(self, seconds: float) -> str:
        """Return a line of outcomes with their rate, then a line for each kind of warning, the most
        frequent first."""
        count = self.outcomes.total()
        if not count:
            return "no files found"
        words = ", ".join(
            f"{self.outcomes[word]} {word}" for word in OUTCOMES if self.outcomes[word]
        )
        lines = [f"{words} in {seconds:.1f} s ({count / seconds:.0f} a second)"]
        lines += [f"{number:8} × {kind}" for kind, number in self.warnings.most_common()]
        lines += self.notes()
        return "\n".join(lines)


class JSONReport:
    """JSON list written as outcomes arrive, in constant memory."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._separator = "[\n"

    def add(self, outcome: Outcome) -> None:
        self._stream.write(self._separator)
        json.dump(outcome.as_json(), self._stream, ensure_ascii=False)
        self._separator = ",\n"

    def end(self) -> None:
        self._stream.write("[]\n" if self._separator == "[\n" else "\n]\n")


@contextmanager
def open_json_report(path: Path | None) -> Iterator[JSONReport | None]:
    """Open a report whose JSON is complete when the block ends; None without a path."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as stream:
        report = JSONReport(stream)
        try:
            yield report
        finally:
            report.end()
