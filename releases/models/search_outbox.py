"""Outbox of the search index."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from releases.models.clean_fields import CleanTextField
from releases.models.release import Release


class SearchChange(models.Model):
    """A release to reindex at `due_at`. A failure postpones `due_at` and keeps `since`."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    # `since` is when the index began to lag.
    since = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0)
    error = CleanTextField(is_markdown=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="searchchange_due")]

    def __str__(self) -> str:
        return f"{self.release_id} due {self.due_at:%Y-%m-%d %H:%M}"
