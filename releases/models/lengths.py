"""The most characters that each text of a release may have, so that every page of it is made in
about a second, whatever the text is."""

from __future__ import annotations

from django.db.models import CheckConstraint
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

OF_RELEASE = {
    "title": 2_000,
    "subtitle": 5_000,
    "dateline": 1_000,
    "contact": 10_000,
    "body": 250_000,
}
OF_SECTION = {"heading": 2_000, "body": 250_000}
_NAMES = {"body": "text", "contact": "contact block"}


def constraints(model: str, lengths: dict[str, int]) -> list[CheckConstraint]:
    """One for each text, with the sentence for whoever writes too much."""
    return [
        CheckConstraint(
            name=f"{model}_{field}_is_bounded",
            condition=LessThanOrEqual(Length(field), most),
            violation_error_message=sentence(model, field, most),
        )
        for field, most in lengths.items()
    ]


def sentence(model: str, field: str, most: int) -> str:
    """What is too long, by how much it may be, and the remedy."""
    name = _NAMES.get(field, field)
    return f"The {name} of a {model} has at most {most:,} characters: shorten it or split it."


SENTENCES = {
    each.name: str(each.violation_error_message)
    for model, lengths in (("release", OF_RELEASE), ("section", OF_SECTION))
    for each in constraints(model, lengths)
}
