"""Actions on topics. Search finds releases by the names of their topics."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction
from django.db.models import QuerySet

from releases.models import AuditEntry, Release, Topic, TopicRedirect
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    lock,
    record_version,
    require,
    save_with_audit,
)
from releases.search import outbox, worker

Action = AuditEntry.Action
MAX_MERGED = 3_000  # releases
TOO_MANY = "This topic has {count:,} releases, and {most:,} can be merged at once: file some first."


@transaction.atomic
def save_topic(topic: Topic) -> None:
    """Save a topic and reindex its releases; a former slug redirects to it."""
    before = Topic.objects.filter(pk=topic.pk).values_list("slug", flat=True).first()
    topic.save()
    TopicRedirect.objects.filter(slug=topic.slug).delete()
    if before and before != topic.slug:
        TopicRedirect.objects.create(slug=before, topic=topic)
    _reindex(Topic.objects.filter(pk=topic.pk))


@transaction.atomic
def delete_topics(topics: QuerySet[Topic]) -> None:
    """Delete topics and reindex their former releases."""
    _reindex(topics)  # first: the deletion removes the relation
    topics.delete()


@transaction.atomic
def merge_topics(topic: Topic, into: Topic, **context: Unpack[ActionContext]) -> int:
    """File the topic's releases under another one, delete it and redirect its address.

    Released ones get a minor version. Returns the number of releases. Raises ActionRefusedError.
    """
    require(Action.CORRECTED, context)
    if topic.pk == into.pk:
        raise ActionRefusedError("Choose another topic to merge this one into.")
    filed = list(Release.objects.filter(topics=topic).order_by("pk").only("pk"))
    if len(filed) > MAX_MERGED:
        raise ActionRefusedError(TOO_MANY.format(count=len(filed), most=MAX_MERGED))
    for release in filed:
        _move(release, topic, into, context)
    TopicRedirect.objects.filter(topic=topic).update(topic=into)
    slug = topic.slug
    topic.delete()
    TopicRedirect.objects.create(slug=slug, topic=into)
    worker.process_after_commit()
    return len(filed)


def _move(release: Release, topic: Topic, into: Topic, context: ActionContext) -> None:
    row = lock(release, Action.TOPICS_CHANGED, context)
    row.topics.add(into)
    row.topics.remove(topic)
    save_with_audit(row, Action.TOPICS_CHANGED, f"Merged {topic} into {into}", context)
    if row.status == Release.Status.APPROVED:
        record_version(row, "minor", "", context)


def _reindex(topics: QuerySet[Topic]) -> None:
    releases = Release.objects.published().filter(topics__in=topics).order_by().distinct()
    outbox.enqueue(releases.values_list("pk", flat=True))
    worker.process_after_commit()


def resolve_slugs(slugs: set[str]) -> dict[str, str]:
    """Return the present slug of each former one among `slugs`."""
    moved = TopicRedirect.objects.filter(slug__in=slugs)
    return dict(moved.values_list("slug", "topic__slug"))
