"""Outbox of calls to other sites: webhooks, and pings of hubs and search engines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from releases.models.clean_fields import CleanTextField
from releases.models.version import Version


class OutgoingCall(models.Model):
    """A call about one version, due at `next_try_at`; null once it is done or given up."""

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "webhook"
        WEBSUB = "websub", "WebSub hub"
        INDEXNOW = "indexnow", "IndexNow"

    # No body: it is made when the call is, from the release as it is then. No secret, either.
    kind = models.CharField(max_length=10, choices=Kind)
    url = models.CharField(max_length=500)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="calls")
    created_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, db_default=Now())
    claimed_until = models.DateTimeField(
        null=True, help_text="Until then, no other worker makes this call."
    )
    done_at = models.DateTimeField(null=True)
    error = CleanTextField(is_markdown=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind", "url"], name="called_once"),
            models.CheckConstraint(
                name="call_done_is_not_tried_again",
                condition=Q(done_at__isnull=True) | Q(next_try_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="outgoingcall_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.version}"

    @property
    def state(self) -> str:
        """Return what became of it, in words."""
        if self.done_at:
            return "done"
        if self.next_try_at is None:
            return "given up"
        return "failing" if self.attempts else "waiting"
