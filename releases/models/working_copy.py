"""Unsaved work of staff, earlier states of drafts, and submitted forms.

Kept for days; never public, exported or restored.
"""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from releases.models.release import Release


class WorkingCopy(models.Model):
    """Unsaved fields of a release's form, as one person typed them."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    release = models.ForeignKey(
        Release,
        null=True,
        on_delete=models.CASCADE,
        related_name="working_copies",
        help_text="Empty for a release not yet created.",
    )
    form_token = models.CharField(
        max_length=32, blank=True, help_text="Token of the form, for a release not yet created."
    )
    begun_at = models.DateTimeField()
    at = models.DateTimeField(help_text="Time of the last autosave.")
    fields = models.JSONField(help_text="Pairs of name and value, as the browser sent them.")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["by", "-at"], name="working_copy_of_person"),
            models.Index(fields=["at"], name="working_copy_age"),
        ]

    def __str__(self) -> str:
        return f"Working copy of {self.at:%Y-%m-%d %H:%M}"

    @property
    def title(self) -> str:
        """Return the title as typed."""
        return next((value for name, value in self.fields if name == "title"), "")


class DraftState(models.Model):
    """Content of a draft after one of its saves."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="draft_states")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    snapshot = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"Draft of {self.at:%Y-%m-%d %H:%M}"


class SentForm(models.Model):
    """A submitted form for a new release."""

    # The unique constraint makes a second, simultaneous submission wait and then fail.

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=32)
    at = models.DateTimeField()
    release = models.ForeignKey(Release, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "token"], name="form_is_sent_once"),
        ]
        indexes = [models.Index(fields=["at"], name="sent_form_age")]

    def __str__(self) -> str:
        return self.token
