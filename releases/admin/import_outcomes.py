"""Outcomes of imports, stored once per form even if it is submitted again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from releases.importing.report import OUTCOMES, Outcome
from releases.models import Release, SentForm
from releases.publishing import drafts

MAX_WAIT = 5.0  # seconds that a page waits for an import started by another request
POLL_INTERVAL = 0.1  # seconds

LABELS = {
    "created": "Created",
    "updated": "Updated",
    "unchanged": "Already imported",
    "draft": "Saved as draft",
    "rejected": "Not imported",
}
SUMMARY = {word: label.lower() for word, label in LABELS.items()}


def store_once(by: User, token: str, store: Callable[[], Sequence[Outcome]]) -> None:
    """Run the import of a form, unless it has run or is running already."""
    if not drafts.begin_import(by, token, timezone.now()):
        return
    try:
        outcomes = store()
    except BaseException:
        drafts.forget_import(by, token)
        raise
    drafts.end_import(by, token, [_as_row(outcome) for outcome in outcomes])


def awaited(by: User, token: str) -> SentForm | None:
    """Return the person's import when it ends, or unfinished after MAX_WAIT; None if unknown."""
    last = time.monotonic() + MAX_WAIT
    while (sent := drafts.import_outcome(by, token)) and sent.outcome is None:
        if time.monotonic() > last:
            break
        time.sleep(POLL_INTERVAL)
    return sent


def described(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the page's context: a summary, and each outcome with its current release."""
    counts = Counter(row["outcome"] for row in rows)
    releases = Release.objects.only("number", "title").in_bulk([row["release"] for row in rows])
    return {
        "summary": ", ".join(
            f"{counts[word]} {SUMMARY[word]}" for word in OUTCOMES if counts[word]
        ),
        "outcomes": [
            {**row, "outcome": LABELS[row["outcome"]], "release": releases.get(row["release"])}
            for row in rows
        ],
    }


def _as_row(outcome: Outcome) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "outcome": outcome.outcome,
        "release": outcome.release and outcome.release.pk,
        "warnings": [
            {"field": warning.field, "message": warning.message} for warning in outcome.warnings
        ],
    }
