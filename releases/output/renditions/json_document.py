"""JSON rendition, in downloads and the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from pressroom.infra import office
from releases.models import Attachment, Image, Version
from releases.output.edition import Edition

SUFFIXES = ("txt", "md", "json", "pdf", "docx", "bib", "ris", "csl.json")


def make(edition: Edition) -> bytes:
    """Return the JSON document in UTF-8."""
    return (json.dumps(describe(edition), ensure_ascii=False, indent=2) + "\n").encode()


def describe(edition: Edition, names: Iterable[str] = ()) -> dict[str, Any]:
    """Return everything public about a release, or the named fields, with times in UTC and
    absolute URLs.

    `body` is restricted Markdown; `text` has the paragraphs of body and sections as plain text,
    `paragraph_numbers` the number of each on the page (3 is at #p3).
    """
    return {name: ALL_FIELDS[name](edition) for name in names or FIELDS}


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "kind": version.kind,
        "note": version.note,
        "at": version.at.isoformat(),
        "sha256": version.sha256,
    }


def _image(edition: Edition, image: Image) -> dict[str, Any]:
    full = image.stored()[0]
    return {
        "url": edition.site + image.address(full.name),
        "media_type": full.media_type,
        "byte_size": full.byte_size,
        "sha256": full.sha256,
        "width": image.width,
        "height": image.height,
        **{name: getattr(image, name) for name in ("alt", "caption", "credit", "rights")},
        "is_lead": image.is_lead,
        "focus": {"x": image.focus_x, "y": image.focus_y},
        "after_paragraph": image.after_paragraph,
    }


def _attachment(edition: Edition, paper: Attachment) -> dict[str, Any]:
    return {
        "url": edition.site + paper.get_absolute_url(),
        "title": paper.title,
        "media_type": paper.media_type,
        "byte_size": paper.byte_size,
        "sha256": paper.sha256,
        "pages": paper.pages,
    }


FIELDS: dict[str, Callable[[Edition], Any]] = {
    "number": lambda edition: edition.number,
    "url": lambda edition: edition.permalink,
    "status": lambda edition: edition.release.status,
    "notice": lambda edition: edition.notice,
    "publisher": lambda edition: office.current().name,
    "title": lambda edition: edition.title,
    "subtitle": lambda edition: edition.text.subtitle,
    "date": lambda edition: edition.date.isoformat(),
    "released_at": lambda edition: edition.released_at.isoformat(),
    "updated_at": lambda edition: edition.updated_at.isoformat(),
    "language": lambda edition: edition.text.language,
    "dateline": lambda edition: edition.text.dateline,
    "contact": lambda edition: edition.text.contact,
    "body": lambda edition: edition.text.body,
    "sections": lambda edition: [vars(section) for section in edition.text.sections],
    "end_mark": lambda edition: edition.text.end_mark,
    "text": lambda edition: list(edition.paragraphs.values()),
    "paragraph_numbers": lambda edition: list(edition.paragraphs),
    "topics": lambda edition: edition.release.topics_data,
    "translations": lambda edition: edition.translations,
    "images": lambda edition: [_image(edition, image) for image in edition.images],
    "attachments": lambda edition: [_attachment(edition, paper) for paper in edition.attachments],
    "version": lambda edition: _version(edition.version),
    "is_latest_version": lambda edition: edition.is_latest,
    "changes": lambda edition: [_version(version) for version in edition.changes],
    "renditions": lambda edition: {suffix: edition.rendition(suffix) for suffix in SUFFIXES},
}
# Only where asked for: `text` has the same words.
OPTIONAL_FIELDS: dict[str, Callable[[Edition], Any]] = {
    "full_text": lambda edition: "\n\n".join(edition.paragraphs.values()),
}
ALL_FIELDS = FIELDS | OPTIONAL_FIELDS
# Of a withdrawn release in bulk: its text is only at its own address, below the notice.
WITHDRAWN_FIELDS = (
    *("number", "url", "status", "notice", "publisher", "title", "date", "released_at"),
    *("updated_at", "language", "translations", "version", "is_latest_version", "changes"),
)
