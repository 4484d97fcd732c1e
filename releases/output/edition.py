"""An edition: a release as one of its versions says, with where it is found. What feeds, downloads,
citations and the API hand out starts from one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone, translation

from releases.content import markup
from releases.content.messages import message
from releases.models import Attachment, Image, Release, Version
from releases.models.querysets import ReleaseQuerySet
from releases.parsing.parser import ParsedRelease, ParsedSection

FORMAT_VERSION = (
    "2"  # of what is made of editions: raise it when that changes, so that no cache keeps it
)


def read_release(releases: ReleaseQuerySet[Release]) -> Release:
    """The one release there is, as from `for_editions()`: in one query, and one more for each kind
    of file that its latest version names. Raises Release.DoesNotExist."""
    versions = list(Version.objects.with_release(releases))
    if not versions:
        raise Release.DoesNotExist("There is no such release.")
    latest = versions[-1]
    release: Release = latest.release
    release.public_versions, release.topics_data = versions, latest.topics_data
    files = {"images": Prefetch("images"), "attachments": releases.attachments()}
    named = [rows for kind, rows in files.items() if latest.snapshot.get(kind)]
    prefetch_related_objects([release], *named)
    return release


@dataclass(frozen=True)
class Edition:
    """`release` comes from `for_editions()`; `site` is scheme and host, as https://example.gov."""

    release: Release
    version: Version
    site: str
    paragraph: int | None = None  # that alone is quoted

    @classmethod
    def of(cls, release: Release, site: str, version: int | None = None) -> Edition:
        """That version, else the latest. Raises Version.DoesNotExist where the public has none."""
        for row in reversed(release.public_versions):
            if version in (None, row.number):
                return cls(release, row, site)
        raise Version.DoesNotExist(f"Release {release.number} has no version {version}.")

    @property
    def number(self) -> str:
        """The release's permanent number."""
        assert self.release.number is not None
        return self.release.number

    @property
    def latest(self) -> Version:
        """The version that holds now."""
        return self.release.public_versions[-1]

    @property
    def is_latest(self) -> bool:
        """Whether no later version took the place of this one."""
        return self.version.number == self.latest.number

    @property
    def permalink(self) -> str:
        """The whole address of the release."""
        return self.site + self.release.permanent_path

    @property
    def version_link(self) -> str:
        """The whole address at which this version stays."""
        with translation.override(settings.LANGUAGE_CODE):
            return self.site + reverse("version", args=[self.number, self.version.number])

    @property
    def citation_link(self) -> str:
        """The address to cite: the permalink, or that of a version that holds no more; of a
        paragraph, its place there."""
        link = self.permalink if self.is_latest else self.version_link
        return f"{link}#p{self.paragraph}" if self.paragraph else link

    def rendition(self, suffix: str) -> str:
        """The whole address of one of its files, of this very version."""
        pin = "" if self.is_latest else f"?v={self.version.number}"
        return self.site + reverse("rendition", args=[self.number, suffix]) + pin

    @cached_property
    def text(self) -> ParsedRelease:
        """Its words, as the parser reads them from plain text; made once."""
        then = self.version.snapshot
        fields = ("title", "subtitle", "contact", "dateline", "body", "language", "end_mark")
        return ParsedRelease(
            **{name: then[name] for name in fields},
            date=self.date,
            sections=tuple(ParsedSection(**section) for section in then["sections"]),
            warnings=(),
        )

    @property
    def work(self) -> int:
        """About how many microseconds reading its Markdown takes, at most."""
        bodies = (self.text.body, *(section.body for section in self.text.sections))
        return sum(map(markup.weight, bodies))

    @property
    def title(self) -> str:
        """As printed in this version."""
        return self.version.snapshot["title"]

    @property
    def date(self) -> datetime.date:
        """The date printed in this version."""
        return datetime.date.fromisoformat(self.version.snapshot["date"])

    @property
    def released_at(self) -> datetime.datetime:
        """Since when the public may see the release."""
        assert self.release.release_at is not None
        return self.release.release_at

    @property
    def published(self) -> str:
        """When it was published in ISO 8601: the moment in the office's zone, or, where that lies
        on another day than the one printed, the printed date."""
        moment = timezone.localtime(self.released_at)
        return (moment if moment.date() == self.date else self.date).isoformat()

    @property
    def office(self) -> str:
        """Who issued it."""
        return settings.OFFICE_NAME

    @property
    def updated_at(self) -> datetime.datetime:
        """Since when the public may read this version."""
        return max(self.released_at, self.version.at)

    @property
    def changes(self) -> list[Version]:
        """The corrections, updates and withdrawals up to this version, the oldest first."""
        told = [row for row in self.release.public_versions if row.note]
        return [row for row in told if row.number <= self.version.number]

    @property
    def images(self) -> list[Image]:
        """The images of this version that are still kept, in order; none of a withdrawn one."""
        keys = self._keys("images")
        images = self.release.images.all() if keys else ()
        return [image for image in images if image.key in keys]

    @property
    def attachments(self) -> list[Attachment]:
        """Its documents, likewise."""
        keys = self._keys("attachments")
        papers = self.release.attachments.all() if keys else ()
        return [paper for paper in papers if paper.key in keys]

    def _keys(self, kind: str) -> set[str]:
        if self.release.status != Release.Status.APPROVED:
            return set()
        return {file["key"] for file in self.version.snapshot.get(kind, ())}

    @property
    def notice(self) -> str:
        """What a reader must know before the first word; "" if nothing."""
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

    def fingerprint(self) -> str:
        """Differs wherever anything that is made of this edition may differ."""
        topics = (f"{topic.slug} {topic.name}" for topic in self.release.printed_topics)
        rows = [*self.images, *self.attachments]
        files = (f"{row.key} {row.updated_at.isoformat()}" for row in rows)
        standing = (self.release.status, self.version.sha256, self.latest.sha256)
        return "\n".join(
            (FORMAT_VERSION, settings.OFFICE_NAME, self.permalink, *standing, *topics, *files)
        )
