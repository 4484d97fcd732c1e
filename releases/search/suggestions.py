"""Suggestions of releases and topics while a reader types."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from django.db.models import Q

from releases.models import Release, Topic
from releases.models.querysets import ReleaseQuerySet
from releases.search.analysis.analyzer import fold
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


def suggest(typed: str, at: datetime.datetime) -> Suggestions:
    """Return suggestions for the beginning of a query. Raises SearchUnavailableError."""
    text = " ".join(typed[:MAX_LENGTH].replace("\0", " ").split())
    if len(text) < MIN_LETTERS:
        return Suggestions()
    if _NUMBER.fullmatch(text):
        numbered = Release.objects.published(at).filter(number__startswith=text)
        return Suggestions(releases=tuple(_for_links(numbered).order_by("number")[:MAX_RELEASES]))
    return Suggestions(_topics(text, at), _releases(text, at))


def _topics(text: str, at: datetime.datetime) -> tuple[Topic, ...]:
    begins = Q(name__istartswith=text) | Q(name__icontains=f" {text}")
    public = Topic.objects.of_releases(Release.objects.published(at))
    return tuple(public.filter(begins).order_by("name")[:MAX_TOPICS])


def _releases(text: str, at: datetime.datetime) -> tuple[Release, ...]:
    """Return releases with the words in their titles or, if there are none, anywhere."""
    for field in ("title", "text"):
        if tree := _beginning(text, field):
            visibility = Visibility(at)
            found = call_engine(lambda engine: engine.find(tree, visibility, size=MAX_RELEASES))  # noqa: B023  called at once
            if found.ids:
                releases = _for_links(Release.objects.published(at)).in_bulk(found.ids)
                return tuple(releases[pk] for pk in found.ids if pk in releases)
    return ()


def _for_links(releases: ReleaseQuerySet[Release]) -> ReleaseQuerySet[Release]:
    return releases.only("number", "slug", "title", "date", "language")


def _beginning(text: str, field: str) -> Node | None:
    """Return a query for the words of the text, the last of which may go on."""
    *before, last = text.split(" ")
    last = fold(last)
    if len(last) < MIN_PREFIX or not last.isalnum():
        return Words(text, field) if before else None
    prefix = Prefix(last, field)
    return And((Words(" ".join(before), field), prefix)) if before else prefix
