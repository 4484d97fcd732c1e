"""Whether each version is what was written, and follows the one before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from releases.archive.tables import in_batches
from releases.models import Release, Version


def broken_versions() -> Iterator[str]:
    """A sentence for each release whose versions' digests do not fit: someone changed them past
    the verbs, or one is missing."""
    for ids in in_batches(Release.objects.values_list("pk", flat=True), int):
        versions = Version.objects.filter(release__in=ids).order_by("release_id", "number")
        for _, chain in groupby(versions.select_related("release"), lambda one: one.release_id):
            if broken := _first_broken(chain):
                yield (
                    f"Version {broken.number} of release {broken.release.number} is not what was "
                    "written: its SHA-256 does not fit."
                )


def _first_broken(chain: Iterator[Version]) -> Version | None:
    previous = ""
    for number, version in enumerate(chain, start=1):
        if version.number != number or version.sha256 != version.digest(previous):
            return version
        previous = version.sha256
    return None
