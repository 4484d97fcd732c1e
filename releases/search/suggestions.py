"""Suggestions of releases and topics while a reader types."""

from __future__ import annotations

import datetime
import re
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import islice

from pressroom.infra.db.compiled import CompiledQuery
from releases.models import Release, Topic
from releases.models.querysets import ReleaseQuerySet
from releases.search.analysis.analyzer import fold, normalize_text
from releases.search.engine import Visibility
from releases.search.query.parser import MAX_LENGTH, MIN_PREFIX
from releases.search.query.tree import And, Node, Prefix, Words
from releases.search.results import call_engine

MIN_LETTERS = 2
MAX_TOPICS = 3
MAX_RELEASES = 6

_NUMBER = re.compile(r"\d{4}-\d{0,15}", re.ASCII)


@dataclass(frozen=True)
class Suggestions:
    """Public topics and releases, best first."""

    topics: tuple[Topic, ...] = ()
    releases: tuple[Release, ...] = ()


def suggest(typed: str, at: datetime.datetime, state: Hashable = None) -> Suggestions:
    """Return suggestions for the beginning of a query. `state` is that of `Visibility`; if it is
    known, one database query suffices. Raises SearchUnavailableError."""
    text = " ".join(typed[:MAX_LENGTH].replace("\0", " ").split())
    if len(text) < MIN_LETTERS:
        return Suggestions()
    if _NUMBER.fullmatch(text):
        numbered = _for_links(at).filter(number__startswith=text).order_by("number")
        return Suggestions(releases=tuple(numbered[:MAX_RELEASES]))
    visibility = Visibility(at, state)
    return Suggestions(_topics(text, visibility), _releases(text, visibility))


def _topics(text: str, visibility: Visibility) -> tuple[Topic, ...]:
    begins = f" {normalize_text(text)}"
    found = (topic for name, topic in _public_topics(visibility) if begins in name)
    return tuple(islice(found, MAX_TOPICS))


_last_topics: tuple[Hashable, list[tuple[str, Topic]]] = (None, [])  # by state


def _public_topics(visibility: Visibility) -> list[tuple[str, Topic]]:
    """Return all topics of public releases by name, with a space before the comparable name."""
    global _last_topics
    state, topics = _last_topics
    if visibility.state is None or visibility.state != state:
        found = Topic.objects.of_releases(Release.objects.published(visibility.at))
        topics = [(f" {normalize_text(topic.name)}", topic) for topic in found.order_by("name")]
        _last_topics = (visibility.state, topics)
    return topics


def _releases(text: str, visibility: Visibility) -> tuple[Release, ...]:
    """Return releases with the words in their titles or, if there are none, anywhere."""
    for field in ("title", "text"):
        if (tree := _beginning(text, field)) and (ids := _find(tree, visibility)):
            rows = {row.pk: row for row in _LINKED.fetch(visibility.at, *_filled(ids))}
            return tuple(rows[pk] for pk in ids if pk in rows)
    return ()


def _find(tree: Node, visibility: Visibility) -> tuple[int, ...]:
    return call_engine(lambda engine: engine.find(tree, visibility, size=MAX_RELEASES)).ids


def _for_links(at: datetime.datetime, *ids: int) -> ReleaseQuerySet[Release]:
    """Return what a link prints of public releases, all or these."""
    among = {"pk__in": ids} if ids else {}
    releases = Release.objects.published(at).filter(**among).order_by()
    return releases.only("number", "slug", "status", "title", "language")


def _filled(ids: tuple[int, ...]) -> tuple[int, ...]:
    """Return MAX_RELEASES ids, repeating the first."""
    return (*ids, *ids[:1] * (MAX_RELEASES - len(ids)))


_EXAMPLE = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
_LINKED = CompiledQuery(_for_links, (_EXAMPLE, *range(-MAX_RELEASES, 0)))


def _beginning(text: str, field: str) -> Node | None:
    """Return a query for the words of the text, the last of which may go on."""
    *before, last = text.split(" ")
    last = fold(last)
    if len(last) < MIN_PREFIX or not last.isalnum():
        return Words(text, field) if before else None
    prefix = Prefix(last, field)
    return And((Words(" ".join(before), field), prefix)) if before else prefix
