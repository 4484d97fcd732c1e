"""The releases that a release's page leads to."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q, Value

from releases.models import Release
from releases.querysets import ReleaseQuerySet

SIMILAR = 4  # that are shown
_PRINTED = ("number", "slug", "status", "title", "date", "language")


@dataclass(frozen=True)
class Related:
    """The releases before and after it in the order of lists, those most like it first, those that
    it stands in place of, and those that say the same in another language."""

    previous: Release | None
    next: Release | None
    similar: tuple[Release, ...]
    replaced: tuple[Release, ...]
    translations: tuple[Release, ...]


def related(release: Release, at: datetime.datetime) -> Related:
    """What the public may see of these at `at`: one query, if the release comes with its likeness.
    None stands before or after a release that is in no list."""
    likeness = getattr(release, "likeness", None)
    alike = likeness.others if likeness else []
    first, *others = (
        rows.only(*_PRINTED).annotate(relation=Value(name))
        for name, rows in _parts(release, alike, at).items()
    )
    found: dict[str, list[Release]] = {}
    for row in first.union(*others, all=True):
        found.setdefault(row.relation, []).append(row)
    similar = sorted(found.get("similar", ()), key=lambda row: alike.index(row.pk))
    return Related(
        previous=next(iter(found.get("previous", ())), None),
        next=next(iter(found.get("next", ())), None),
        similar=tuple(similar[:SIMILAR]),
        replaced=tuple(found.get("replaced", ())),
        translations=tuple(found.get("translation", ())),
    )


def _parts(release: Release, alike: list[int], at: datetime.datetime) -> dict[str, ReleaseQuerySet]:
    public = Release.objects.published(at)
    withdrawn = Release.objects.on_record(at).filter(status=Release.Status.WITHDRAWN)
    parts = {
        "replaced": withdrawn.filter(successor=release),
        "translation": public.filter(Q(translation_of=release) | Q(pk=release.translation_of_id)),
        "similar": public.filter(pk__in=alike),
    }
    if release.is_published(at):
        parts["previous"] = public.following(*release.place).newest_first()[:1]
        parts["next"] = public.preceding(*release.place).newest_first().reverse()[:1]
    return parts
