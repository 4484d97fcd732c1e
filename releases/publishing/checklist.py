"""Hints for the people who write and approve a release, each with its form field.

Hints never block approval.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import Any

from django.db.models import Q
from django.utils import timezone

from releases.content import markup
from releases.content.slugs import make_slug
from releases.models import Release, Topic
from releases.parsing import dates, proofreading
from releases.publishing import link_checks
from releases.publishing.comments import open_comments
from releases.publishing.scheduling import embargoes_in, proposed_moment

WRONG_DATES = ("wrong_weekday", "impossible_date", "misspelt_month")
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".gif", ".tif", ".tiff")
MAX_LINKS = 200  # checked in one release
TOO_MANY_LINKS = f"Only the first {MAX_LINKS} links were checked. Check the others by hand."
SPANISH = "es"
IMAGES = "images-group"  # the form's rows of images
COMMENTS = "comments"  # the form's list of open comments


@dataclass(frozen=True)
class Point:
    """A hint with a remedy, and the name of the form field that it is about."""

    field: str
    sentence: str

    @property
    def anchor(self) -> str:
        """Return the id of the field, or of the part of the page, on the release's form."""
        return self.field if self.field in (IMAGES, COMMENTS) else f"id_{self.field}"


@dataclass(frozen=True)
class CheckedText:
    """Content to check, saved or typed; `sections` are pairs of field name and text."""

    title: str
    subtitle: str
    date: datetime.date | None
    dateline: str
    contact: str
    body: str
    slug: str
    language: str
    topics: Sequence[Topic] = ()
    sections: Sequence[tuple[str, str]] = ()
    images: Sequence[Mapping[str, Any]] = field(default=(), repr=False)

    @classmethod
    def of(cls, release: Release) -> CheckedText:
        """Return the content of a saved release."""
        names = ("title", "subtitle", "date", "dateline", "contact", "body", "slug", "language")
        sections = (
            (f"sections-{row}-{name}", getattr(section, name))
            for row, section in enumerate(release.sections.all())
            for name in ("heading", "body")
        )
        return cls(
            **{name: getattr(release, name) for name in names},
            topics=list(release.topics.all()),
            sections=list(sections),
            images=[vars(image) for image in release.images.all()],
        )

    @cached_property
    def texts(self) -> list[tuple[str, str]]:
        """Return pairs of field name and plain text of every part except the contact."""
        lines = [(name, getattr(self, name)) for name in ("title", "subtitle", "dateline")]
        marked = [("body", self.body), *self.sections]
        return [*lines, *((name, markup.to_plain(text)) for name, text in marked)]


def checklist_items(release: Release, at: datetime.datetime | None = None) -> list[str]:
    """Return the hints for a saved release at `at` (aware; default: now), as sentences."""
    return [point.sentence for point in points(CheckedText.of(release), release, at)]


def points(
    text: CheckedText,
    release: Release | None = None,
    at: datetime.datetime | None = None,
    release_at: datetime.datetime | None = None,
) -> list[Point]:
    """Return the hints for a text at `at` (aware; default: now).

    `release` is the saved row (None: a new one); `release_at` its chosen release time, by default
    the scheduled or proposed one.
    """
    at = at or timezone.now()
    return [
        *_missing_parts(text),
        *_wrong_dates(text),
        *_embargoes(text),
        *_slips(text, _day_of_release(text, release, at, release_at)),
        *(point for image in text.images for point in _missing_alt_text(image)),
        *_broken_links(text, at),
        *_outdated_slug(text),
        *_same_title(text, release),
        *_missing_spanish(text, release),
        *_open_comments(release),
    ]


def _missing_parts(text: CheckedText) -> Iterator[Point]:
    if not text.contact.strip():
        yield Point("contact", "There is no press contact. Add someone journalists can reach.")
    if not text.dateline.strip():
        yield Point("dateline", "There is no dateline. Add the place of issue.")


def _wrong_dates(text: CheckedText) -> Iterator[Point]:
    for name, words in text.texts:
        for date in dates.find(words):
            if date.warning_code in WRONG_DATES:
                yield Point(name, date.warning().message)


def _embargoes(text: CheckedText) -> Iterator[Point]:
    stated = embargoes_in(text.title, text.subtitle, text.dateline, text.contact, text.body)
    for embargo in stated:
        sentence = (
            f"The text says “{embargo.words}”. Compare that with the time of publication, then "
            "remove it."
        )
        yield Point("body", sentence)
    if not stated:
        yield from _each(text.texts, proofreading.leftover_embargo)


def _slips(text: CheckedText, day: datetime.date) -> Iterator[Point]:
    yield from _each(text.texts, proofreading.leftover_release_line)
    yield from _each(text.texts, proofreading.placeholders)
    if text.date:
        first = markup.to_plain(text.body)
        for sentence in proofreading.other_date(text.dateline, first, text.date):
            yield Point("date", sentence)
    yield from _each(text.texts, lambda words: proofreading.wrong_days(words, day))
    parts = [("contact", text.contact), *text.texts]
    yield from _each(parts, proofreading.broken_contacts)
    every = "\n".join(words for _, words in parts)
    for sentence in proofreading.names_written_two_ways(every):
        yield Point("body", sentence)


def _each(parts: Sequence[tuple[str, str]], rule: Any) -> Iterator[Point]:
    for name, words in parts:
        yield from (Point(name, sentence) for sentence in rule(words))


def _day_of_release(
    text: CheckedText,
    release: Release | None,
    at: datetime.datetime,
    release_at: datetime.datetime | None,
) -> datetime.date:
    """Return the day of publication in the office's zone; for a past one, the printed date."""
    saved = release and (release.release_at or proposed_moment(release, at))
    if moment := release_at or saved:
        return timezone.localdate(moment)
    return text.date or timezone.localdate(at)


def _missing_alt_text(image: Mapping[str, Any]) -> Iterator[Point]:
    alt = image["alt"].strip()
    if not alt and not image["decorative"]:
        yield Point(
            IMAGES,
            f"The image “{image['original_name']}” has no alt text. Describe it, or tick "
            "“decorative”.",
        )
    if PurePath(alt).suffix.lower() in IMAGE_SUFFIXES:
        sentence = f"The alt text “{alt}” is a file name. Describe what the picture shows."
        yield Point(IMAGES, sentence)


def _broken_links(text: CheckedText, at: datetime.datetime) -> Iterator[Point]:
    left = MAX_LINKS
    for name, words in [("body", text.body), *text.sections]:
        links = link_checks.links_in(words)
        yield from (Point(name, each) for each in link_checks.problems(links[:left], at))
        if len(links) > left:
            yield Point(name, TOO_MANY_LINKS)
            return
        left -= len(links)


def _outdated_slug(text: CheckedText) -> Iterator[Point]:
    # A slug may be shorter than the title, but any other word in it is outdated.
    title = {part for word in text.title.split() for part in make_slug(word).split("-")}
    if any(word not in title for word in text.slug.split("-") if word):
        yield Point(
            "slug",
            f"The address says “{text.slug}”, but the title does not. Change the address if a "
            "fact has changed.",
        )


def _same_title(text: CheckedText, release: Release | None) -> Iterator[Point]:
    own = [release.pk] if release else []
    others = Release.objects.filter(title__iexact=text.title).exclude(pk__in=own)
    if text.title and (same := others.order_by("pk").first()):
        yield Point(
            "title",
            f"Another release has the same title: {same.number or 'a draft'}. "
            "Check whether it is the same release. If not, give them different titles.",
        )


def _missing_spanish(text: CheckedText, release: Release | None) -> Iterator[Point]:
    asking = [topic.name for topic in text.topics if topic.asks_for_spanish]
    if asking and not text.language.startswith(SPANISH) and not _has_spanish(release):
        named = "”, “".join(asking)
        yield Point(
            "topics",
            f"Releases on “{named}” come with a Spanish version, and this one has none. Write the "
            "translation, and mark it as one.",
        )


def _open_comments(release: Release | None) -> Iterator[Point]:
    if release and (count := open_comments(release).count()):
        are = "1 comment is open" if count == 1 else f"{count} comments are open"
        yield Point(COMMENTS, f"{are}. Read and settle what is left.")


def _has_spanish(release: Release | None) -> bool:
    if release is None or release.pk is None:
        return False
    original = release.translation_of_id or release.pk
    family = Release.objects.filter(Q(pk=original) | Q(translation_of=original))
    return family.filter(language__startswith=SPANISH).exists()
