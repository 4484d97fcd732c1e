"""Integrity checks of the archive's record: versions, releases and files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from django.db import connection
from django.utils import timezone

from releases.content.cleaning import clean_for_comparison
from releases.models import Attachment, Image, Office, Release, Version
from releases.models.batches import in_batches


def broken_versions() -> Iterator[str]:
    """Yield a sentence for each release whose chain of version digests is broken."""
    for ids in in_batches(Release.objects.values_list("pk", flat=True), int):
        versions = Version.objects.filter(release__in=ids).order_by("release_id", "number")
        for _, chain in groupby(versions.select_related("release"), lambda one: one.release_id):
            if broken := _first_broken(chain):
                yield (
                    f"Version {broken.number} of release {broken.release.number} was altered: "
                    "its SHA-256 does not match."
                )


def _first_broken(chain: Iterator[Version]) -> Version | None:
    previous = ""
    for number, version in enumerate(chain, start=1):
        if version.number != number or version.sha256 != version.digest(previous):
            return version
        previous = version.sha256
    return None


def inconsistent_releases() -> dict[int, str]:
    """Return, by primary key, a sentence for each release that differs from its last version."""
    # The same SQL function as in the trigger on released rows (migration 0022).
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, releases_contradiction(id) FROM releases_release "
            "WHERE status NOT IN ('draft', 'in_review') "
            "AND releases_contradiction(id) IS NOT NULL ORDER BY id"
        )
        return dict(cursor.fetchall())


def record_cleaned_version(pk: int) -> str:
    """Record a version of a release whose text was only cleaned.

    Returns the release's number, or "" if it differs in more than removed characters.
    """
    release = Release.objects.get(pk=pk)
    latest = release.versions.last()
    if latest is None or clean_for_comparison(latest.snapshot) != clean_for_comparison(
        release.snapshot()
    ):
        return ""
    version = release.next_version(Version.Kind.MINOR, "", None, timezone.now(), latest)
    version.save(force_insert=True)
    return release.number or ""


def referenced_files() -> Iterator[tuple[str, str]]:
    """Yield each file of an image, an attachment or the office's seal with its SHA-256."""
    # Base managers, because every row counts, whatever a default manager would filter.
    for model in (Image, Attachment):
        for batch in in_batches(model._base_manager.all(), attrgetter("pk")):
            for row in batch:
                yield from ((stored.file, stored.sha256) for stored in row.stored())
                yield row.original.name or "", row.sha256
    for office in Office.objects.all():
        yield from ((stored.file, stored.sha256) for stored in office.stored_seal())
