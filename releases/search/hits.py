"""Results as a page shows them: the release, with its matches marked and located."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject, Left

from pressroom.infra.db.compiled import CompiledQuery
from releases.models import Attachment, Release, Section
from releases.models.querysets import ReleaseQuerySet
from releases.search.engine import Visibility
from releases.search.highlighting import Highlighter, Segments
from releases.search.query.parser import Query

ROWS = 20  # releases in one statement
MAX_ROWS = 100  # kept by a process, of 5 KB; 500 did not make searches cheaper
MAX_DOCUMENT_TEXT = 50_000  # characters of an attachment that passages come from


class Place(NamedTuple):
    """Named section or attachment that a passage is from."""

    kind: Literal["section", "document"]
    name: str
    address: str = ""


@dataclass(frozen=True)
class Hit:
    """A matching release; `passage` is () if nothing in its text matched, `place` None if it is
    from the main text."""

    release: Release
    title: Segments
    passage: Segments
    place: Place | None = None


def load_hits(query: Query, ids: tuple[int, ...], visibility: Visibility) -> tuple[Hit, ...]:
    """Load the releases from the database, in the order of `ids`."""
    rows = _rows(ids, visibility)
    highlighter = Highlighter(query.tree)
    # A release withdrawn since the engine was asked is skipped.
    hits = tuple(_hit(rows[pk], highlighter) for pk in ids if pk in rows)
    return _with_documents(hits, highlighter, visibility.at)


class _KnownRows:
    """Rows that were read in one state of the database."""

    def __init__(self, state: Hashable = None) -> None:
        self.state = state
        self.rows: dict[int, Any] = {}
        self._lock = threading.Lock()

    def add(self, rows: Mapping[int, Any]) -> None:
        """Keep these rows, and MAX_ROWS at most."""
        with self._lock:
            self.rows.update(rows)
            for pk in [*self.rows][:-MAX_ROWS]:
                del self.rows[pk]


_known_rows = _KnownRows()


def _rows(ids: tuple[int, ...], visibility: Visibility) -> dict[int, Any]:
    """Return the rows of these releases by id, reading those that are not known in the state."""
    global _known_rows
    known = _known_rows
    if visibility.state is None or visibility.state != known.state:
        known = _KnownRows(visibility.state)
    rows = {pk: row for pk in ids if (row := known.rows.get(pk))}
    read = _read_rows([pk for pk in ids if pk not in rows], visibility.at)
    if visibility.state is not None:
        known.add(read)
        _known_rows = known
    return rows | read


def _read_rows(ids: list[int], at: datetime.datetime) -> dict[int, Any]:
    rows: dict[int, Any] = {}
    for start in range(0, len(ids), ROWS):
        some = ids[start : start + ROWS]
        filled = (*some, *some[:1] * (ROWS - len(some)))  # repeats the first
        rows |= {row.pk: row for row in _LISTED.fetch(at, *filled)}
    return rows


def _listed(at: datetime.datetime, *ids: int) -> ReleaseQuerySet[Release]:
    """Return what the results print of the releases, as far as they are public."""
    sections = Section.objects.filter(release=OuterRef("pk")).order_by("position")
    listed = Release.objects.published(at).filter(pk__in=ids).for_listing().order_by()
    return listed.annotate(
        section_texts=ArraySubquery(
            sections.values(data=JSONObject(heading="heading", body="body"))
        ),
        has_documents=Exists(Attachment.objects.filter(release=OuterRef("pk"))),
    )


_EXAMPLE = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
_LISTED = CompiledQuery(_listed, (_EXAMPLE, *range(-ROWS, 0)))


def _hit(release: Any, highlighter: Highlighter) -> Hit:
    bodies = (section["body"] for section in release.section_texts)
    passage = highlighter.passage((release.body, *bodies), release.language)
    title = highlighter.segments(release.title, release.language)
    return Hit(release, title, passage, _section(release, passage, highlighter))


def _section(release: Any, passage: Segments, highlighter: Highlighter) -> Place | None:
    """Return the section that the passage is from; None if it is from the main text, or from a
    section without a heading."""
    named = [section for section in release.section_texts if section["heading"]]
    if not (passage and named) or passage == highlighter.passage([release.body], release.language):
        return None
    return next(
        (
            Place("section", section["heading"])
            for section in named
            if passage == highlighter.passage([section["body"]], release.language)
        ),
        None,
    )


def _with_documents(
    hits: tuple[Hit, ...], highlighter: Highlighter, at: datetime.datetime
) -> tuple[Hit, ...]:
    """Return the hits with the passages of attachments that show what the text does not."""
    having = [hit.release.pk for hit in hits if hit.release.has_documents]  # type: ignore[attr-defined]
    if not having:
        return hits
    documents = (
        Attachment.objects.filter(release__in=Release.objects.published(at).filter(pk__in=having))
        .defer("text")
        .annotate(beginning=Left("text", MAX_DOCUMENT_TEXT))
    )
    by_release: dict[int, list[Any]] = {}
    for document in documents:
        by_release.setdefault(document.release_id, []).append(document)
    return tuple(
        _with_document(hit, by_release.get(hit.release.pk, ()), highlighter) for hit in hits
    )


def _with_document(hit: Hit, documents: Iterable[Any], highlighter: Highlighter) -> Hit:
    best, shown = hit, highlighter.count_shown(hit.title + hit.passage)
    for document in documents:
        texts = (document.title, document.beginning)
        passage = highlighter.passage(texts, hit.release.language)
        if (showing := highlighter.count_shown(hit.title + hit.passage + passage)) > shown:
            place = Place("document", document.title, document.get_absolute_url())
            best, shown = replace(hit, passage=passage, place=place), showing
    return best
