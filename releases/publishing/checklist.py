"""Hints for whoever approves a release. They block nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import PurePath

from django.utils import timezone

from releases.content.slugs import make_slug
from releases.models import Image, Release
from releases.parsing import dates
from releases.publishing import link_checks
from releases.publishing.scheduling import stated_embargoes

WRONG_DATES = ("wrong_weekday", "impossible_date", "misspelt_month")
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".gif", ".tif", ".tiff")


def checklist_items(release: Release, at: datetime.datetime | None = None) -> list[str]:
    """Return a sentence, with a remedy, for each thing that may be wrong at `at` (aware; default:
    now)."""
    return [
        *_missing_parts(release),
        *_wrong_dates(release),
        *_stated_embargoes(release),
        *(sentence for image in release.images.all() for sentence in _missing_alt_text(image)),
        *link_checks.broken_links(release, at or timezone.now()),
        *_outdated_slug(release),
        *_same_title(release),
    ]


def _missing_parts(release: Release) -> Iterator[str]:
    if not release.contact.strip():
        yield "There is no press contact. Add someone journalists can reach."
    if not release.dateline.strip():
        yield "There is no dateline. Add the place of issue."


def _wrong_dates(release: Release) -> Iterator[str]:
    parts = [release.title, release.subtitle, release.body]
    for section in release.sections.all():
        parts += [section.heading, section.body]
    for date in dates.find("\n".join(parts)):
        if date.warning_code in WRONG_DATES:
            yield date.warning().message


def _stated_embargoes(release: Release) -> Iterator[str]:
    for embargo in stated_embargoes(release):
        yield f"The text says “{embargo.words}”. Compare that with the time of publication."


def _missing_alt_text(image: Image) -> Iterator[str]:
    alt = image.alt.strip()
    if not alt and not image.decorative:
        yield (
            f"The image “{image.original_name}” has no alt text. Describe it, or tick “decorative”."
        )
    if PurePath(alt).suffix.lower() in IMAGE_SUFFIXES:
        yield f"The alt text “{alt}” is a file name. Describe what the picture shows."


def _outdated_slug(release: Release) -> Iterator[str]:
    # A slug may be shorter than the title, but any other word in it is outdated.
    title = {part for word in release.title.split() for part in make_slug(word).split("-")}
    if any(word not in title for word in release.slug.split("-") if word):
        yield (
            f"The address says “{release.slug}”, but the title does not. Change the address if a "
            "fact has changed."
        )


def _same_title(release: Release) -> Iterator[str]:
    others = Release.objects.filter(title__iexact=release.title).exclude(pk=release.pk)
    if same := others.order_by("pk").first():
        yield (
            f"Another release has the same title: {same.number or 'a draft'}. "
            "Check whether it is the same release. If not, give them different titles."
        )
