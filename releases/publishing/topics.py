"""Topics: what is filed under them is found by their name."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from releases.models import Release, Topic
from releases.search import outbox


@transaction.atomic
def save_topic(topic: Topic) -> None:
    """Save a topic; the releases filed under it are found by its new name."""
    topic.save()
    _index_anew(Topic.objects.filter(pk=topic.pk))


@transaction.atomic
def delete_topics(topics: QuerySet[Topic]) -> None:
    """Delete topics; the releases filed under them stay and are found by them no more."""
    _index_anew(topics)
    topics.delete()


def _index_anew(topics: QuerySet[Topic]) -> None:
    releases = Release.objects.published().filter(topics__in=topics).order_by().distinct()
    outbox.queue(releases.values_list("pk", flat=True))
    outbox.drain_after_commit()
