"""Actions on topics. Search finds releases by the names of their topics."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from releases.models import Release, Topic
from releases.search import outbox, worker


@transaction.atomic
def save_topic(topic: Topic) -> None:
    """Save a topic and reindex its releases."""
    topic.save()
    _reindex(Topic.objects.filter(pk=topic.pk))


@transaction.atomic
def delete_topics(topics: QuerySet[Topic]) -> None:
    """Delete topics and reindex their former releases."""
    _reindex(topics)  # first: the deletion removes the relation
    topics.delete()


def _reindex(topics: QuerySet[Topic]) -> None:
    releases = Release.objects.published().filter(topics__in=topics).order_by().distinct()
    outbox.enqueue(releases.values_list("pk", flat=True))
    worker.process_after_commit()
