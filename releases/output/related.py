"""Releases that a release's page links to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL

from pressroom.infra.db.compiled import CompiledQuery
from releases.models import Release, Version
from releases.models.querysets import ReleaseQuerySet

MAX_SIMILAR = 4  # shown on a page
COMPARED_SIMILAR = 12  # ids of similar releases that are read, as some may not be public
NO_ID = 0
# Names of relations: the neighbor of any language, if there is none of the release's own.
OTHERWISE = {"previous": "previous of any language", "next": "next of any language"}
_CARD_FIELDS = ("number", "slug", "status", "title", "date", "language", "release_at")


@dataclass(frozen=True)
class Related:
    """Releases related to one.

    `previous` and `next` in list order, of its language if there is one (en-US is another than
    en), `similar` most similar first, `replaced` by it, and `translations`. `is_outdated`: it
    translates an original that was corrected or updated since.
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
    return of_rows(release, similar_ids, fetch_rows(release, similar_ids, at))


def of_rows(release: Release, similar_ids: Sequence[int], rows: Iterable[Any]) -> Related:
    """Return the related releases in the rows that `fetch_rows` returned for these ids."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.relation, []).append(row)
    similar = sorted(found.get("similar", ()), key=lambda row: similar_ids.index(row.pk))
    return Related(
        previous=_first_of(found, "previous", OTHERWISE["previous"]),
        next=_first_of(found, "next", OTHERWISE["next"]),
        similar=tuple(similar[:MAX_SIMILAR]),
        replaced=tuple(found.get("replaced", ())),
        translations=tuple(found.get("translation", ())),
        is_outdated=any(_is_outdated_by(release, row) for row in found.get("translation", ())),
    )


def fetch_rows(release: Release, similar_ids: Sequence[int], at: datetime.datetime) -> list[Any]:
    """Return the related releases with their `relation`, `last_correction_at` (of translations
    only) and `row_version`, which each change of the row changes. Takes one query."""
    ids = (*similar_ids, *[NO_ID] * COMPARED_SIMILAR)[:COMPARED_SIMILAR]
    original = release.translation_of_id or release.pk
    place = (release.language, release.release_at, release.pk, original)
    found: list[Any] = _ROWS.fetch(at, *place, *ids)
    names = {row.relation for row in found}
    superfluous = {other for name, other in OTHERWISE.items() if name in names}
    if not release.is_published(at):  # it is not in lists
        superfluous = {*OTHERWISE, *OTHERWISE.values()}
    # The database may return them in another order each time: the page would change.
    rows = sorted(found, key=lambda row: (row.language, row.number))
    return [row for row in rows if row.relation not in superfluous]


def _first_of(found: dict[str, list[Any]], *names: str) -> Any:
    return next((row for name in names for row in found.get(name, ())), None)


def _is_outdated_by(release: Release, other: Any) -> bool:
    """Return whether the release is a translation of `other` older than its last correction."""
    if other.pk != release.translation_of_id or not other.last_correction_at:
        return False
    return bool(other.last_correction_at > release.public_versions[-1].at)


def _rows(
    at: datetime.datetime,
    language: str,
    release_at: datetime.datetime,
    pk: int,
    original: int,
    *similar: int,
) -> ReleaseQuerySet[Release]:
    """Return the rows of all relations of the release with these values."""
    public = Release.objects.published(at)
    withdrawn = Release.objects.on_record(at).filter(status=Release.Status.WITHDRAWN)
    family = Q(translation_of=original) | Q(pk=original)
    first = _named("translation", public.filter(family).exclude(pk=pk), _last_correction_at())
    others = public.exclude(pk=original).exclude(translation_of=original)
    before = others.following(release_at, pk).newest_first()
    after = others.preceding(release_at, pk).newest_first().reverse()
    found: ReleaseQuerySet[Release] = first.union(
        _named("replaced", withdrawn.filter(successor=pk)),
        _named("similar", public.filter(pk__in=similar)),
        _named("previous", before.filter(language=language)[:1]),
        _named("next", after.filter(language=language)[:1]),
        _named(OTHERWISE["previous"], before[:1]),
        _named(OTHERWISE["next"], after[:1]),
        all=True,
    )
    return found


def _named(
    name: str, rows: ReleaseQuerySet[Release], last_correction_at: Any = None
) -> Any:  # a queryset of annotated releases
    return rows.only(*_CARD_FIELDS).annotate(
        relation=Value(name),
        last_correction_at=last_correction_at or Value(None, output_field=DateTimeField()),
        row_version=RawSQL('"releases_release"."xmin"::text', ()),  # nosec B611
    )


def _last_correction_at() -> Subquery:
    """Return a subquery for the time of a release's last correction or update."""
    changes = Version.objects.filter(release=OuterRef("pk"), kind__in=("correction", "update"))
    return Subquery(changes.order_by("-number").values("at")[:1])


_EXAMPLES = (
    datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
    "language",
    datetime.datetime(1, 1, 2, tzinfo=datetime.UTC),
    *range(-2 - COMPARED_SIMILAR, 0),
)
_ROWS = CompiledQuery(_rows, _EXAMPLES)
