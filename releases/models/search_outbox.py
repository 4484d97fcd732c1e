"""What waits to be indexed."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from releases.models.clean_fields import CleanTextField
from releases.models.release import Release


class SearchChange(models.Model):
    """A release whose entry in the search index must be made anew once `due_at` has come.

    A failure puts `due_at` off and leaves `since`: from when on the index is behind.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0)
    error = CleanTextField(is_markdown=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="searchchange_due")]

    def __str__(self) -> str:
        return f"{self.release_id} due {self.due_at:%Y-%m-%d %H:%M}"
