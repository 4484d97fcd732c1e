"""Staff who have a release's form open. Rows of closed forms expire."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from releases.models.release import Release


class Presence(models.Model):
    """A person with a release's form open since `since`, last heard of at `at`."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="presences")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "by"], name="person_has_form_open_once")
        ]
        indexes = [models.Index(fields=["at"], name="presence_age")]

    def __str__(self) -> str:
        return f"{self.by_id} since {self.since:%Y-%m-%d %H:%M}"
