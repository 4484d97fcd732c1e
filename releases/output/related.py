"""Releases that a release's page links to."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery, Value

from releases.models import Release, Version
from releases.models.querysets import ReleaseQuerySet

MAX_SIMILAR = 4  # shown on a page
_CARD_FIELDS = ("number", "slug", "status", "title", "date", "language")


@dataclass(frozen=True)
class Related:
    """Releases related to one.

    `previous` and `next` in list order, `similar` most similar first, `replaced` by it, and
    `translations`. `is_outdated`: it translates an original that was corrected or updated since.
    """

    previous: Release | None
    next: Release | None
    similar: tuple[Release, ...]
    replaced: tuple[Release, ...]
    translations: tuple[Release, ...]
    is_outdated: bool


def find_related(release: Release, at: datetime.datetime) -> Related:
    """Return the related releases that are public at `at`.

    Takes one query if `similar_releases` was fetched with the release.
    """
    stored = getattr(release, "similar_releases", None)
    similar_ids = stored.others if stored else []
    first, *others = (
        rows.only(*_CARD_FIELDS).annotate(
            relation=Value(name), last_correction_at=_last_correction_at()
        )
        for name, rows in _querysets(release, similar_ids, at).items()
    )
    found: dict[str, list[Release]] = {}
    for row in first.union(*others, all=True):
        found.setdefault(row.relation, []).append(row)
    similar = sorted(found.get("similar", ()), key=lambda row: similar_ids.index(row.pk))
    return Related(
        previous=next(iter(found.get("previous", ())), None),
        next=next(iter(found.get("next", ())), None),
        similar=tuple(similar[:MAX_SIMILAR]),
        replaced=tuple(found.get("replaced", ())),
        translations=tuple(found.get("translation", ())),
        is_outdated=any(_is_outdated_by(release, row) for row in found.get("translation", ())),
    )


def _last_correction_at() -> Subquery:
    """Return a subquery for the time of a release's last correction or update."""
    changes = Version.objects.filter(release=OuterRef("pk"), kind__in=("correction", "update"))
    return Subquery(changes.order_by("-number").values("at")[:1])


def _is_outdated_by(release: Release, other: Release) -> bool:
    """Return whether the release is a translation of `other` older than its last correction."""
    last_correction_at: datetime.datetime | None = getattr(other, "last_correction_at", None)
    if other.pk != release.translation_of_id or not last_correction_at:
        return False
    return last_correction_at > release.public_versions[-1].at


def _querysets(
    release: Release, similar_ids: list[int], at: datetime.datetime
) -> dict[str, ReleaseQuerySet[Release]]:
    public = Release.objects.published(at)
    withdrawn = Release.objects.on_record(at).filter(status=Release.Status.WITHDRAWN)
    parts = {
        "replaced": withdrawn.filter(successor=release),
        "translation": _in_other_languages(public, release),
        "similar": public.filter(pk__in=similar_ids),
    }
    if release.is_published(at):  # otherwise it is not in lists
        parts["previous"] = public.following(*release.page_cursor).newest_first()[:1]
        parts["next"] = public.preceding(*release.page_cursor).newest_first().reverse()[:1]
    return parts


def _in_other_languages(
    public: ReleaseQuerySet[Release], release: Release
) -> ReleaseQuerySet[Release]:
    original = release.translation_of_id or release.pk
    return public.filter(Q(translation_of=original) | Q(pk=original)).exclude(pk=release.pk)
