"""Rendered pages of releases, derived and rebuildable."""

from __future__ import annotations

from django.db import models

from releases.models.release import Release


class RenderedPage(models.Model):
    """HTML of a release's page in one language, for whoever requests it next.

    `key` changes with everything that the page shows: see releases/web/rendered_pages.py.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="rendered_pages")
    language = models.CharField(max_length=10)
    key = models.CharField(max_length=64)
    html = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "language"], name="one_rendered_page_in_a_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} in {self.language}"
