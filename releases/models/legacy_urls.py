"""URLs of releases on earlier sites."""

from __future__ import annotations

from django.db import models

from releases.models.release import Release


class LegacyURL(models.Model):
    """A URL that a release had on an earlier site. It redirects permanently."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="legacy_urls")
    url = models.TextField(help_text="Original URL.")
    key = models.TextField(unique=True, editable=False, help_text="Normalized path, for lookups.")

    def __str__(self) -> str:
        return self.url
