"""A release's form as it is typed, read for the checklist without saving it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict

from releases import publishing
from releases.admin.form_fields import KEY_PATTERN
from releases.content.cleaning import clean
from releases.content.slugs import follow_title
from releases.models import Release, Topic
from releases.publishing.checklist import CheckedText

MAX_TOPICS = 50
MAX_ROWS = 200  # sections and images
LINES = ("title", "subtitle", "dateline", "contact", "slug", "language")


def typed_text(post: QueryDict, release: Release | None) -> CheckedText:
    """Return the content of the posted form, with images that are uploaded but not saved yet."""
    keys = [key for key in post.getlist("topics")[:MAX_TOPICS] if KEY_PATTERN.fullmatch(key)]
    lines = {name: _read(post, name) for name in LINES}
    if release and not release.number and lines["slug"] and lines["title"]:
        lines["slug"] = follow_title(lines["slug"], release.title, lines["title"])
    return CheckedText(
        **lines,
        body=_read(post, "body"),
        date=_read_date(post.get("date", "")),
        topics=list(Topic.objects.filter(pk__in=keys)),
        sections=list(_sections(post)),
        images=list(_images(post, release)),
    )


def missing_points(text: CheckedText) -> list[publishing.Point]:
    """Return a point for each field that the public needs and that is missing."""
    draft = Release(title=text.title, date=text.date, body=text.body)
    return [publishing.Point(*pair) for pair in draft.missing_fields().items()]


def _read(post: QueryDict, name: str) -> str:
    text = post.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
    return str(clean(text, is_markdown=True, is_one_line=False).text)


def _read_date(text: str) -> datetime.date | None:
    try:
        return forms.DateField(required=False).clean(text)
    except forms.ValidationError:
        return None


def _sections(post: QueryDict) -> Iterator[tuple[str, str]]:
    for row in range(MAX_ROWS):
        if f"sections-{row}-body" not in post:
            return
        if not post.get(f"sections-{row}-DELETE"):
            for name in (f"sections-{row}-heading", f"sections-{row}-body"):
                yield name, _read(post, name)


def _images(post: QueryDict, release: Release | None) -> Iterator[dict[str, Any]]:
    saved = {str(image.pk): image for image in release.images.all()} if release else {}
    for row in range(MAX_ROWS):
        image = saved.get(post.get(f"images-{row}-id", ""))
        is_there = image or post.get(f"images-{row}-handle")
        if is_there and not post.get(f"images-{row}-DELETE"):
            yield {
                "alt": post.get(f"images-{row}-alt", ""),
                "decorative": bool(post.get(f"images-{row}-decorative")),
                "original_name": image.original_name if image else f"number {row + 1}, new",
            }
