"""Topics of releases."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from releases.models.clean_fields import CleanCharField
from releases.models.querysets import TopicQuerySet


class Topics(TopicQuerySet["Topic"]):
    """Topic queryset with a concrete row type, from which mypy infers the manager's type."""


class Topic(models.Model):
    name = CleanCharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=200, unique=True)
    asks_for_spanish = models.BooleanField(
        "published in Spanish, too",
        default=False,
        help_text="The checklist of a release asks for its Spanish version.",
    )

    objects = Topics.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])
