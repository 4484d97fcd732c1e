"""The releases that a release's page leads to."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery, Value

from releases.models import Release, Version
from releases.models.querysets import ReleaseQuerySet

MAX_SIMILAR = 4  # that are shown
_CARD_FIELDS = ("number", "slug", "status", "title", "date", "language")


@dataclass(frozen=True)
class Related:
    """The releases before and after it in the order of lists, those most like it first, those that
    it stands in place of, and those that say the same in another language; `is_outdated` where it
    is a translation and its original has had a correction or an update since."""

    previous: Release | None
    next: Release | None
    similar: tuple[Release, ...]
    replaced: tuple[Release, ...]
    translations: tuple[Release, ...]
    is_outdated: bool


def find_related(release: Release, at: datetime.datetime) -> Related:
    """What the public may see of these at `at`: one query, if the release comes with its likeness.
    None stands before or after a release that is in no list."""
    likeness = getattr(release, "likeness", None)
    alike = likeness.others if likeness else []
    first, *others = (
        rows.only(*_CARD_FIELDS).annotate(
            relation=Value(name), last_correction_at=_last_correction_at()
        )
        for name, rows in _querysets(release, alike, at).items()
    )
    found: dict[str, list[Release]] = {}
    for row in first.union(*others, all=True):
        found.setdefault(row.relation, []).append(row)
    similar = sorted(found.get("similar", ()), key=lambda row: alike.index(row.pk))
    return Related(
        previous=next(iter(found.get("previous", ())), None),
        next=next(iter(found.get("next", ())), None),
        similar=tuple(similar[:MAX_SIMILAR]),
        replaced=tuple(found.get("replaced", ())),
        translations=tuple(found.get("translation", ())),
        is_outdated=any(_is_outdated_by(release, row) for row in found.get("translation", ())),
    )


def _last_correction_at() -> Subquery:
    """When a release had its last correction or update; None where it had none."""
    told = Version.objects.filter(release=OuterRef("pk"), kind__in=("correction", "update"))
    return Subquery(told.order_by("-number").values("at")[:1])


def _is_outdated_by(release: Release, other: Release) -> bool:
    """Whether the release translates the other as that read before its last correction."""
    last_correction_at: datetime.datetime | None = getattr(other, "last_correction_at", None)
    if other.pk != release.translation_of_id or not last_correction_at:
        return False
    return last_correction_at > release.public_versions[-1].at


def _querysets(
    release: Release, alike: list[int], at: datetime.datetime
) -> dict[str, ReleaseQuerySet[Release]]:
    public = Release.objects.published(at)
    withdrawn = Release.objects.on_record(at).filter(status=Release.Status.WITHDRAWN)
    parts = {
        "replaced": withdrawn.filter(successor=release),
        "translation": _in_other_languages(public, release),
        "similar": public.filter(pk__in=alike),
    }
    if release.is_published(at):
        parts["previous"] = public.following(*release.page_cursor).newest_first()[:1]
        parts["next"] = public.preceding(*release.page_cursor).newest_first().reverse()[:1]
    return parts


def _in_other_languages(
    public: ReleaseQuerySet[Release], release: Release
) -> ReleaseQuerySet[Release]:
    original = release.translation_of_id or release.pk
    return public.filter(Q(translation_of=original) | Q(pk=original)).exclude(pk=release.pk)
