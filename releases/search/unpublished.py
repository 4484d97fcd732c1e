"""Search of releases that are not public, in PostgreSQL: the index holds public ones only."""

from __future__ import annotations

import datetime
from functools import reduce
from operator import and_, or_

from django.db.models import Exists, OuterRef, Q

from releases.models import Release, Section, Topic
from releases.search.query.tree import And, DateRange, Equals, Leaf, Node, Not, Or, Phrase, Prefix

MAX_SEARCHED = 5_000  # releases, newest change first: their texts are scanned
MAX_WORDS = 20
FIELDS = {
    "title": ("title", "subtitle"),
    "contact": ("contact",),
    "said": ("body",),
    "text": ("title", "subtitle", "body", "contact", "dateline"),
}


def find(tree: Node, at: datetime.datetime) -> tuple[list[int], bool]:
    """Return the ids of matches at `at`, and whether more than `MAX_SEARCHED` would have had to be
    searched. A word matches wherever its letters stand, also inside another word."""
    hidden = Release.objects.exclude(status=Release.Status.APPROVED, release_at__lte=at)
    newest = hidden.order_by("-updated_at", "-pk")
    searched = Release.objects.filter(pk__in=newest.values("pk")[:MAX_SEARCHED])
    found = searched.filter(_condition(tree)).order_by().values_list("pk", flat=True)
    return list(found), newest[MAX_SEARCHED : MAX_SEARCHED + 1].exists()


def _condition(node: Node) -> Q:
    match node:
        case And(nodes):
            return reduce(and_, map(_condition, nodes))
        case Or(nodes):
            return reduce(or_, map(_condition, nodes))
        case Not(child):
            return ~_condition(child)
        case Equals("topic", value):
            topics = Topic.objects.filter(releases=OuterRef("pk"), name__icontains=value)
            return Q(Exists(topics))
        case Equals(field, value):
            return Q(**{f"{field}__istartswith": value})
        case DateRange(first, end):
            since = Q(date__gte=first) if first else Q()
            return since & Q(date__lt=end) if end else since
        case _:
            return _has_words(node)


def _has_words(leaf: Leaf) -> Q:
    parts = [leaf.text] if isinstance(leaf, Phrase | Prefix) else leaf.text.split()
    return reduce(and_, (_has_text(part, leaf.field) for part in parts[:MAX_WORDS]), Q())


def _has_text(text: str, field: str) -> Q:
    found = reduce(or_, (Q(**{f"{name}__icontains": text}) for name in FIELDS[field]))
    if field not in ("text", "said"):
        return found
    either = Q(heading__icontains=text) | Q(body__icontains=text)
    return found | Q(Exists(Section.objects.filter(either, release=OuterRef("pk"))))
