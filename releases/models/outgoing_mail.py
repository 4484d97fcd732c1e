"""Outbox of e-mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from releases.models.clean_fields import CleanLineField, CleanTextField
from releases.models.release import Release


class OutgoingMail(models.Model):
    """An e-mail to one address, to be sent at `next_try_at`; null once it is sent or given up."""

    kind = models.CharField(max_length=40)
    # What the mail is about and for whom, so that one event writes each mail once.
    key = models.CharField(max_length=200, unique=True)
    to = models.EmailField(max_length=254)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Account that it is for, if any. Nothing is sent to deactivated accounts.",
    )
    release = models.ForeignKey(Release, null=True, on_delete=models.SET_NULL, related_name="mails")
    subject = CleanLineField(is_markdown=True)
    text = CleanTextField(is_markdown=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, db_default=Now())
    sent_at = models.DateTimeField(null=True)
    error = CleanTextField(is_markdown=True, blank=True)

    class Meta:
        verbose_name = "outgoing e-mail"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="outgoingmail_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="sent_mail_is_not_tried_again",
                condition=Q(sent_at__isnull=True) | Q(next_try_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def state(self) -> str:
        """Return what became of it, in words."""
        if self.sent_at:
            return "sent"
        if self.next_try_at is None:
            return "given up"
        return "failing" if self.attempts else "waiting"
