"""What became of each imported file, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from releases.models import Release
from releases.text import markup
from releases.text.warnings import ParseWarning


@dataclass(frozen=True)
class Outcome:
    """One file's or line's fate: created, updated, unchanged, draft or rejected."""

    source: str
    outcome: str
    number: str | None = None
    warnings: tuple[ParseWarning, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values in the shape that the import page of the docs describes."""
        return {
            "source": self.source,
            "outcome": self.outcome,
            "number": self.number,
            "warnings": [warning.message for warning in self.warnings],
            "fields": self.fields,
        }


def describe(release: Release) -> dict[str, Any]:
    """The fields that a person checks after an import."""
    return {
        "title": release.title,
        "date": release.date and release.date.isoformat(),
        "contact": release.contact,
        "dateline": release.dateline,
        "paragraphs": len(markup.paragraphs(release.body)),
        "end_mark": release.end_mark,
        "language": release.language,
    }


def summarize(outcomes: list[Outcome]) -> str:
    """One line: how many of each outcome, in a fixed order."""
    counts = Counter(outcome.outcome for outcome in outcomes)
    order = ("created", "updated", "unchanged", "draft", "rejected")
    return ", ".join(f"{counts[name]} {name}" for name in order if counts[name]) or "no files found"


def write_json(outcomes: list[Outcome], path: Path) -> None:
    """The whole report as a JSON list."""
    rows = [outcome.as_json() for outcome in outcomes]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
