"""Preview links to releases under embargo."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from releases.models.clean_fields import CleanCharField, CleanTextField
from releases.models.querysets import PreviewLinkQuerySet
from releases.models.release import Release


class PreviewLinks(PreviewLinkQuerySet["PreviewLink"]):
    """Preview link queryset with a concrete row type, from which mypy infers the manager's type."""


class PreviewLink(models.Model):
    """One recipient's link to one release under embargo, until it expires or is revoked."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="preview_links")
    recipient = CleanCharField(max_length=300, help_text="Name of the recipient.")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = PreviewLinks.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="preview_has_recipient", condition=~Q(recipient="")),
            models.CheckConstraint(
                name="preview_expires", condition=Q(expires_at__gt=F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"Preview of {self.release_id} for {self.recipient}"

    @staticmethod
    def digest_of(token: str) -> str:
        """Return the HMAC-SHA256 (hex) of a token under SECRET_KEY."""
        # Only this digest is stored: a copy of the database yields no working links.
        return salted_hmac("releases.preview", token, algorithm="sha256").hexdigest()

    def is_active(self, at: datetime.datetime) -> bool:
        """Return whether it is neither revoked nor expired at `at`.

        The same rule as `PreviewLinkQuerySet.active`.
        """
        return self.revoked_at is None and at < self.expires_at


class PreviewUse(models.Model):
    """One view of a preview's page or of one of the release's files."""

    link = models.ForeignKey(PreviewLink, on_delete=models.CASCADE, related_name="uses")
    at = models.DateTimeField()
    file = CleanTextField(
        is_markdown=True, blank=True, help_text="File name, or empty for the page itself."
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.link_id} at {self.at:%Y-%m-%d %H:%M}: {self.file or 'page'}"
