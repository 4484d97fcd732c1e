"""Topics that imported releases name: found under a present or former name, else created."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256

from pressroom.infra.db.copying import copy_columns
from releases.content.slugs import make_slug
from releases.models import Release, Topic
from releases.publishing.topics import resolve_slugs


def add(names: Mapping[int, Collection[str]]) -> dict[int, list[str]]:
    """File releases, by id, under the topics; return their slugs in the topics' order."""
    slugs = {topic_slug(name): name for each in names.values() for name in each}
    if not slugs:
        return {pk: [] for pk in names}
    moved = resolve_slugs(set(slugs))
    topics = _find_or_create({slug: slugs[slug] for slug in slugs if slug not in moved}, moved)
    wanted = {
        pk: {moved.get(slug, slug) for slug in map(topic_slug, each)} for pk, each in names.items()
    }
    filed = {pk: [slug for slug in topics if slug in each] for pk, each in wanted.items()}
    pairs = [(pk, topics[slug]) for pk, each in filed.items() for slug in each]
    columns = {"release": [pk for pk, _ in pairs], "topic": [topic for _, topic in pairs]}
    copy_columns(Release.topics.through, columns)
    return filed


def _find_or_create(names: Mapping[str, str], moved: Mapping[str, str]) -> dict[str, int]:
    """Return the topics' ids by slug, in their order."""
    wanted = Topic.objects.filter(slug__in={*names, *moved.values()}).values_list("slug", "pk")
    found = dict(wanted)
    if missing := sorted(names.keys() - found):
        new = (Topic(name=names[slug], slug=slug) for slug in missing)
        # A concurrent import may create the same topic.
        Topic.objects.bulk_create(new, ignore_conflicts=True)
        found = dict(wanted.all())
    return found


def present_slugs(names: Iterable[str]) -> set[str]:
    """Return the slugs of the topics, of merged and renamed ones the present slug."""
    slugs = {topic_slug(name) for name in names}
    moved = resolve_slugs(slugs) if slugs else {}
    return {moved.get(slug, slug) for slug in slugs}


def present_topics(names: Iterable[str]) -> set[str]:
    """Return the names of which there are topics, under this or a later name."""
    slugs = {name: topic_slug(name) for name in names}
    if not slugs:
        return set()
    found = Topic.objects.filter(slug__in=slugs.values()).values_list("slug", flat=True)
    present = {*found, *resolve_slugs(set(slugs.values()))}
    return {name for name, slug in slugs.items() if slug in present}


@lru_cache(maxsize=1024)  # most releases share their topics
def topic_slug(name: str) -> str:
    """Return the slug of a topic's name, a hash if it has no Latin letter or digit."""
    # Otherwise, all names in another script would share one slug.
    fingerprint = sha256(name.encode()).hexdigest()[:8]
    return make_slug(name, default=f"topic-{fingerprint}")
