"""Topics of releases."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from releases.models.clean_fields import CleanCharField, CleanTextField
from releases.models.querysets import TopicQuerySet


class Topics(TopicQuerySet["Topic"]):
    """Topic queryset with a concrete row type, from which mypy infers the manager's type."""


class Topic(models.Model):
    name = CleanCharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=200, unique=True)
    description = CleanTextField(
        blank=True, max_length=2_000, help_text="Shown to the public above the topic’s releases."
    )
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


class TopicRedirect(models.Model):
    """Former slug of a renamed topic, or slug of one that was merged into another."""

    slug = models.SlugField(max_length=200, unique=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="redirects")

    def __str__(self) -> str:
        return f"{self.slug}: {self.topic}"
