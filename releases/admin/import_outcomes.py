"""Outcomes of imports, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from releases.importing.report import OUTCOMES
from releases.models import ImportRun

LABELS = {
    "created": "Created",
    "updated": "Updated",
    "unchanged": "Already imported",
    "draft": "Saved as draft",
    "rejected": "Not imported",
}
REHEARSED = {
    "created": "New",
    "updated": "Changes a release",
    "unchanged": "Already imported",
    "draft": "New",
    "rejected": "Cannot be imported",
}


def summarize(counts: Mapping[str, int], labels: Mapping[str, str] = LABELS) -> str:
    """Return the counts of outcomes in one line."""
    found = (f"{counts[word]} {labels[word].lower()}" for word in OUTCOMES if counts.get(word))
    return ", ".join(found)


def described(run: ImportRun) -> dict[str, Any]:
    """Return the page's context: a summary, and each outcome with its current release."""
    rows = list(run.records.select_related("release"))
    return {
        "summary": summarize(Counter(row.outcome for row in rows)),
        "outcomes": [{"label": LABELS[row.outcome], "row": row} for row in rows],
    }
