"""Size limits of releases and their texts.

The database enforces the limits of single texts. Limits of a whole release are checked only by
actions, so that exports made before these limits can still be restored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CheckConstraint, F, Value
from django.db.models.functions import Length, Replace
from django.db.models.lookups import LessThanOrEqual

# Any page of a release within these limits renders in about a second.
RELEASE_LIMITS = {
    "title": 2_000,
    "subtitle": 5_000,
    "dateline": 1_000,
    "contact": 10_000,
    "body": 250_000,
}
SECTION_LIMITS = {"heading": 2_000, "body": 250_000}
MAX_LINES = 10_000
_LINE_ENDS = Length("body") - Length(Replace(F("body"), Value("\n")))
_NAMES = {"body": "text", "contact": "contact block"}


def constraints(model: str, lengths: dict[str, int]) -> list[CheckConstraint]:
    """Return a length constraint for each text and one for the number of lines in the body."""
    return [_line_limit(model), *(_length_limit(model, *each) for each in lengths.items())]


def _line_limit(model: str) -> CheckConstraint:
    return CheckConstraint(
        name=f"{model}_lines_are_bounded",
        condition=LessThanOrEqual(_LINE_ENDS, MAX_LINES),
        violation_error_message=(
            f"The text of a {model} can have at most {MAX_LINES:,} lines: split it."
        ),
    )


def _length_limit(model: str, field: str, most: int) -> CheckConstraint:
    name = _NAMES.get(field, field)
    return CheckConstraint(
        name=f"{model}_{field}_is_bounded",
        condition=LessThanOrEqual(Length(field), most),
        violation_error_message=(
            f"The {name} of a {model} can have at most {most:,} characters: shorten it or split it."
        ),
    )


VIOLATION_MESSAGES = {
    each.name: str(each.violation_error_message)
    for model, lengths in (("release", RELEASE_LIMITS), ("section", SECTION_LIMITS))
    for each in constraints(model, lengths)
}

REASON = 5_000  # characters of a reason or a note
REASON_TOO_LONG = (
    "A reason or note can have at most {most:,} characters. This one has {size:,}: shorten it."
)

Snapshot = Mapping[str, Any]


def _characters(snapshot: Snapshot) -> int:
    return sum(map(len, _texts(snapshot)))


def _lines(snapshot: Snapshot) -> int:
    return sum(text.count("\n") + 1 for text in _texts(snapshot) if text)


def _texts(snapshot: Snapshot) -> list[str]:
    texts = [snapshot.get(name, "") for name in RELEASE_LIMITS]
    return [*texts, *(s[name] for s in snapshot.get("sections", ()) for name in SECTION_LIMITS)]


def _number_of(part: str) -> Callable[[Snapshot], int]:
    return lambda snapshot: len(snapshot.get(part, ()))


@dataclass(frozen=True)
class Bound:
    """Upper limit for a whole release, and the remedy when it is exceeded."""

    name: str
    maximum: int
    size: Callable[[Snapshot], int]
    remedy: str

    def objection(self, after: Snapshot, before: Snapshot) -> str:
        """Return a sentence if `after` exceeds both the limit and `before`, else ""."""
        size = self.size(after)
        if size <= self.maximum or size <= self.size(before):
            return ""
        most = f"A release can have at most {self.maximum:,} {self.name}"
        return f"{most}. This one has {size:,}: {self.remedy}."


WHOLE_RELEASE_LIMITS = (
    Bound("sections", 300, _number_of("sections"), "combine some of them, or split the release"),
    Bound("topics", 100, _number_of("topics"), "remove some of them"),
    Bound("images", 100, _number_of("images"), "remove some of them"),
    Bound("documents", 100, _number_of("attachments"), "remove some of them"),
    Bound("characters, sections included", 300_000, _characters, "shorten it, or split it"),
    Bound("lines, sections included", 12_000, _lines, "combine some of them, or split the release"),
)


def excess(after: Snapshot, before: Snapshot | None = None) -> list[str]:
    """Return a sentence for each limit that a release with that snapshot exceeds.

    A release that already exceeds a limit may keep its size.
    """
    objections = (bound.objection(after, before or {}) for bound in WHOLE_RELEASE_LIMITS)
    return [objection for objection in objections if objection]
