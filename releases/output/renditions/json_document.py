"""JSON rendition, in downloads and the API."""

from __future__ import annotations

import json
from typing import Any

from pressroom.infra import office
from releases.models import Attachment, Image, Version
from releases.output.edition import Edition

SUFFIXES = ("txt", "md", "json", "pdf", "bib", "ris", "csl.json")


def make(edition: Edition) -> bytes:
    """Return the JSON document in UTF-8."""
    return (json.dumps(describe(edition), ensure_ascii=False, indent=2) + "\n").encode()


def describe(edition: Edition) -> dict[str, Any]:
    """Return everything public about a release, with times in UTC and absolute URLs.

    `body` is restricted Markdown; `text` has the paragraphs of body and sections as plain text,
    `paragraph_numbers` the number of each on the page (3 is at #p3).
    """
    release, paragraphs = edition.text, edition.version.paragraphs
    return {
        "number": edition.number,
        "url": edition.permalink,
        "status": edition.release.status,
        "notice": edition.notice,
        "publisher": office.current().name,
        "title": release.title,
        "subtitle": release.subtitle,
        "date": edition.date.isoformat(),
        "released_at": edition.released_at.isoformat(),
        "updated_at": edition.updated_at.isoformat(),
        "language": release.language,
        "dateline": release.dateline,
        "contact": release.contact,
        "body": release.body,
        "sections": [vars(section) for section in release.sections],
        "end_mark": release.end_mark,
        "text": list(paragraphs.values()),
        "paragraph_numbers": list(paragraphs),
        "topics": [{"slug": t.slug, "name": t.name} for t in edition.release.printed_topics],
        "images": [_image(edition, image) for image in edition.images],
        "attachments": [_attachment(edition, paper) for paper in edition.attachments],
        "version": _version(edition.version),
        "is_latest_version": edition.is_latest,
        "changes": [_version(version) for version in edition.changes],
        "renditions": {suffix: edition.rendition(suffix) for suffix in SUFFIXES},
    }


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
