"""The most characters and lines that each text of a release may have, so that every page of it is
made in about a second, whatever the text is."""

from __future__ import annotations

from django.db.models import CheckConstraint, F, Value
from django.db.models.functions import Length, Replace
from django.db.models.lookups import LessThanOrEqual

OF_RELEASE = {
    "title": 2_000,
    "subtitle": 5_000,
    "dateline": 1_000,
    "contact": 10_000,
    "body": 250_000,
}
OF_SECTION = {"heading": 2_000, "body": 250_000}
LINES = 10_000
_LINE_ENDS = Length("body") - Length(Replace(F("body"), Value("\n")))
_NAMES = {"body": "text", "contact": "contact block"}


def constraints(model: str, lengths: dict[str, int]) -> list[CheckConstraint]:
    """One for each text and one for the body's lines, with the sentence for whoever writes more."""
    return [_bounded_lines(model), *(_bounded(model, *each) for each in lengths.items())]


def _bounded_lines(model: str) -> CheckConstraint:
    return CheckConstraint(
        name=f"{model}_lines_are_bounded",
        condition=LessThanOrEqual(_LINE_ENDS, LINES),
        violation_error_message=f"The text of a {model} has at most {LINES:,} lines: split it.",
    )


def _bounded(model: str, field: str, most: int) -> CheckConstraint:
    name = _NAMES.get(field, field)
    return CheckConstraint(
        name=f"{model}_{field}_is_bounded",
        condition=LessThanOrEqual(Length(field), most),
        violation_error_message=(
            f"The {name} of a {model} has at most {most:,} characters: shorten it or split it."
        ),
    )


SENTENCES = {
    each.name: str(each.violation_error_message)
    for model, lengths in (("release", OF_RELEASE), ("section", OF_SECTION))
    for each in constraints(model, lengths)
}
