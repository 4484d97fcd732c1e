"""Edition: a release in one of its versions, with site URLs.

Feeds, downloads, citations and the API are made from editions.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone

from pressroom.infra import office
from pressroom.infra.db.compiled import CompiledQuery
from releases.content import markup
from releases.content.messages import message
from releases.models import Attachment, Image, Release, Version, addresses
from releases.models.querysets import ReleaseQuerySet, VersionQuerySet
from releases.output.image_layout import ImageLayout, arrange
from releases.parsing.parser import ParsedRelease, ParsedSection

# Increase it when anything made from editions changes form, so that caches drop the old one.
FORMAT_VERSION = "6"
_READ_FIELDS = (
    *("number", "slug", "status", "status_reason", "title", "date", "language", "release_at"),
    *("translation_of", "successor"),
)


def read_release(releases: ReleaseQuerySet[Release]) -> Release:
    """Return the single release, for editions. Raises Release.DoesNotExist.

    Takes one query, and one more for each kind of file in its latest version.
    """
    return _release_of(list(Version.objects.with_release(releases, timezone.now())))


def read_on_record(number: str, at: datetime.datetime) -> Release:
    """Return the release that has a page at `at` under this number as `read_release` does."""
    return _release_of(_ON_RECORD.fetch(at, number))


def _on_record(at: datetime.datetime, number: str) -> VersionQuerySet[Version]:
    releases = Release.objects.on_record(at).filter(number=number)
    return Version.objects.with_release(releases, at)


_ON_RECORD = CompiledQuery(
    _on_record, (datetime.datetime(1, 1, 1, tzinfo=datetime.UTC), "number of a release")
)


def read_releases(releases: ReleaseQuerySet[Release]) -> list[Release]:
    """Return the releases in their order, for editions, without the texts that versions have.

    Takes two queries, and one more for each kind of file that any of them has.
    """
    found = list(releases.for_texts().only(*_READ_FIELDS))
    _add(found, "public_versions", Version.objects.public())
    for kind, (name, rows) in _files().items():
        named = [each for each in found if any(v.snapshot.get(kind) for v in each.public_versions)]
        _add(named, name, rows)
    return found


def _files() -> dict[str, tuple[str, QuerySet[Any]]]:
    """Return attribute and rows of the files by their name in snapshots."""
    attachments = Attachment.objects.defer("text")  # which only search reads
    return {
        "images": ("image_rows", Image.objects.all()),
        "attachments": ("attachment_rows", attachments),
    }


def _add(releases: Iterable[Release], name: str, rows: QuerySet[Any]) -> None:
    """Set that attribute of each release to the list of its rows."""
    # A prefetch would set the release of each row, too: a cycle, which only the collector frees.
    found: dict[int, list[Any]] = {release.pk: [] for release in releases}
    for row in rows.filter(release__in=tuple(found)):
        found[row.release_id].append(row)
    for release in releases:
        setattr(release, name, found[release.pk])


def _release_of(versions: list[Version]) -> Release:
    """Return the release of these versions with its files."""
    if not versions:
        raise Release.DoesNotExist("There is no such release.")
    latest = versions[-1]
    release: Release = latest.release
    release.public_versions, release.topics_data = versions, latest.topics_data
    release.translations_data = latest.translations_data
    _forget_release(*versions, getattr(release, "similar_releases", None))
    for kind, (name, rows) in _files().items():
        if latest.snapshot.get(kind):
            _add([release], name, rows)
    return release


def _forget_release(*rows: Model | None) -> None:
    """Remove the rows' references to their release."""
    # It refers to them: only the collector would free both.
    for row in filter(None, rows):
        row._state.fields_cache.pop("release", None)


@dataclass(frozen=True)
class Edition:
    """A release with the content of one version.

    `release` comes from `read_release()` or the like; `site` is scheme and host, as https://example.gov.
    """

    release: Release
    version: Version
    site: str
    paragraph: int | None = None  # the only one quoted

    @classmethod
    def of(cls, release: Release, site: str, version: int | None = None) -> Edition:
        """Return the edition of that version number, by default of the latest.

        Raises Version.DoesNotExist if there is no such public version.
        """
        for row in reversed(release.public_versions):
            if version in (None, row.number):
                return cls(release, row, site)
        raise Version.DoesNotExist(f"Release {release.number} has no version {version}.")

    @property
    def number(self) -> str:
        assert self.release.number is not None
        return self.release.number

    @property
    def latest(self) -> Version:
        return self.release.public_versions[-1]

    @property
    def is_latest(self) -> bool:
        return self.version.number == self.latest.number

    @property
    def permalink(self) -> str:
        """Return the absolute URL of the release."""
        return self.site + self.release.permanent_path

    @property
    def short_link(self) -> str:
        """Return the absolute URL of the release without its slug, which redirects."""
        return self.site + addresses.of_release(
            "release-by-number", self.number, language=settings.LANGUAGE_CODE
        )

    @property
    def version_link(self) -> str:
        """Return the absolute URL of this version."""
        return self.site + addresses.of_release(
            "version", self.number, self.version.number, language=settings.LANGUAGE_CODE
        )

    @property
    def citation_link(self) -> str:
        """Return the URL to cite: the permalink, or that of a superseded version, with the
        paragraph."""
        link = self.permalink if self.is_latest else self.version_link
        return f"{link}#p{self.paragraph}" if self.paragraph else link

    def rendition(self, suffix: str) -> str:
        """Return the absolute URL of one of its renditions, in this version."""
        pin = "" if self.is_latest else f"?v={self.version.number}"
        return self.site + addresses.of_release("rendition", self.number, suffix) + pin

    @cached_property
    def text(self) -> ParsedRelease:
        """Return the text as ParsedRelease, as the parser would read it."""
        snapshot = self.version.snapshot
        fields = ("title", "subtitle", "contact", "dateline", "body", "language", "end_mark")
        return ParsedRelease(
            **{name: snapshot[name] for name in fields},
            date=self.date,
            sections=tuple(ParsedSection(**section) for section in snapshot["sections"]),
            warnings=(),
        )

    @cached_property
    def paragraphs(self) -> dict[int, str]:
        """Return the plain text of each paragraph by its number."""
        return self.version.paragraphs

    @property
    def work(self) -> int:
        """Return an upper estimate, in microseconds, of parsing its Markdown."""
        bodies = (self.text.body, *(section.body for section in self.text.sections))
        return sum(map(markup.weight, bodies))

    @property
    def title(self) -> str:
        """Return the title printed in this version."""
        return self.version.snapshot["title"]

    @property
    def date(self) -> datetime.date:
        """Return the date printed in this version."""
        return datetime.date.fromisoformat(self.version.snapshot["date"])

    @property
    def released_at(self) -> datetime.datetime:
        """Return the release time."""
        assert self.release.release_at is not None
        return self.release.release_at

    @property
    def published(self) -> str:
        """Return the release time in the office's zone (ISO 8601, to the second), or the printed
        date if the time is another day's, or midnight, which stands for a day without a time."""
        moment = timezone.localtime(self.released_at)
        has_time = moment.date() == self.date and moment.time() != datetime.time.min
        # Programs that read dates of pages skip one with fractions of a second.
        return moment.isoformat(timespec="seconds") if has_time else self.date.isoformat()

    @property
    def office(self) -> str:
        return office.current().name

    @property
    def updated_at(self) -> datetime.datetime:
        """Return the time when this version became public."""
        return max(self.released_at, self.version.at)

    @property
    def changes(self) -> list[Version]:
        """Return the corrections, updates and withdrawals up to this version, oldest first."""
        noted = [row for row in self.release.public_versions if row.note]
        return [row for row in noted if row.number <= self.version.number]

    @property
    def images(self) -> list[Image]:
        """Return this version's images that still exist, in order; none if it was withdrawn."""
        keys = self._keys("images")
        images = self.release.image_rows if keys else ()
        return [image for image in images if image.key in keys]

    @cached_property
    def layout(self) -> ImageLayout:
        """Return where this version's images are shown."""
        images = self.images
        return arrange(images, self.paragraphs if images else ())

    @property
    def lead_card(self) -> str:
        """Return the absolute URL of the lead image cropped as a social card; "" if it has none."""
        if not any(image.is_lead for image in self.images):
            return ""
        return self.site + addresses.of_release("lead-card", self.number)

    @property
    def attachments(self) -> list[Attachment]:
        """Return this version's attachments that still exist, in order; none if it was
        withdrawn."""
        keys = self._keys("attachments")
        papers = self.release.attachment_rows if keys else ()
        return [paper for paper in papers if paper.key in keys]

    def _keys(self, kind: str) -> set[str]:
        if self.release.status != Release.Status.APPROVED:
            return set()
        return {file["key"] for file in self.version.snapshot.get(kind, ())}

    @property
    def notice(self) -> str:
        """Return the notice above the text (withdrawn, or superseded version); "" if none."""
        if self.release.status == Release.Status.WITHDRAWN:
            reason = self.release.status_reason
            return message("This release was withdrawn: %(reason)s", reason=reason)
        if not self.is_latest:
            return message(
                "This is version %(this)s. The current version is %(latest)s.",
                this=self.version.number,
                latest=self.latest.number,
            )
        return ""

    @property
    def translations(self) -> list[dict[str, str]]:
        """Return number, language and absolute URL of its public translations, or original."""
        language = settings.LANGUAGE_CODE
        return [
            {
                "number": row["number"],
                "language": row["language"],
                "url": self.site + addresses.of_page(row["number"], row["slug"], language),
            }
            for row in self.release.translations_data
        ]

    def fingerprint(self) -> str:
        """Return a text that changes whenever anything made from this edition may change."""
        topics = (f"{topic.slug} {topic.name}" for topic in self.release.printed_topics)
        rows = [*self.images, *self.attachments]
        files = (f"{row.key} {row.updated_at.isoformat()}" for row in rows)
        state = (self.release.status, self.version.sha256, self.latest.sha256)
        translations = (str(row) for row in self.translations)
        parts = (*state, *topics, *files, *translations)
        return "\n".join((FORMAT_VERSION, office.current().fingerprint, self.permalink, *parts))
