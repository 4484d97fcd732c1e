"""Fields that a public release requires."""

from __future__ import annotations

import datetime

from releases.content.cleaning import is_blank

TITLE = "The title is missing."
DATE = "The date is missing: enter the one printed on the release."
TEXT = "The text is missing."


def missing(title: str, date: datetime.date | None, body: str) -> dict[str, str]:
    """Return a sentence for each missing field, by the field's name."""
    sentences = {}
    if is_blank(title):
        sentences["title"] = TITLE
    if date is None:
        sentences["date"] = DATE
    if is_blank(body):
        sentences["body"] = TEXT
    return sentences
