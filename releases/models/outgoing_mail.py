"""Outbox of e-mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from releases.models.clean_fields import CleanLineField, CleanTextField
from releases.models.press import PressRecipient
from releases.models.release import Release
from releases.models.subscriptions import Subscriber


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
    # Alerts: who gets them, for which subscriptions, and the versions that they tell of. Their text
    # is made when they are sent, so that nothing changed or withdrawn since goes out.
    subscriber = models.ForeignKey(
        Subscriber, null=True, on_delete=models.CASCADE, related_name="mails"
    )
    # Mail to a journalist, whose text is made when it is sent, too.
    press = models.ForeignKey(
        PressRecipient, null=True, on_delete=models.CASCADE, related_name="mails"
    )
    subscriptions = ArrayField(models.BigIntegerField(), default=list)
    versions = ArrayField(models.BigIntegerField(), default=list)
    since = models.DateField(null=True, help_text="First printed date in a digest.")
    until = models.DateField(null=True, help_text="Last printed date in a digest.")
    rest = models.PositiveIntegerField(
        db_default=0, help_text="News of a digest that its last mail counts and does not hold."
    )
    is_bulk = models.BooleanField(default=False, help_text="Waits for mail to one person.")
    subject = CleanLineField(is_markdown=True, blank=True)
    text = CleanTextField(is_markdown=True, blank=True)
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
                fields=["is_bulk", "next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="outgoingmail_next",
            ),
            models.Index(
                fields=["sent_at"],
                condition=Q(sent_at__isnull=False),
                name="outgoingmail_sent",
            ),
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
            return "came back" if self.error else "sent"
        if self.next_try_at is None:
            return "given up"
        return "failing" if self.attempts else "waiting"
