"""Journalists whom the office mails releases, and what was mailed to them."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from releases.models.clean_fields import CleanCharField, CleanTextField
from releases.models.previews import PreviewLink
from releases.models.release import Release
from releases.models.subscriptions import sign_link

HALF_CONSENT = "Enter both when and how they agreed, or neither."
STOP_LINK = "press"  # purpose of the signed links that stop mail to a journalist


class PressTag(models.Model):
    """A press list: the journalists with this tag."""

    name = CleanCharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "press list"

    def __str__(self) -> str:
        return self.name


class Journalist(models.Model):
    """A journalist with an address, what they write about, and how they agreed to be mailed."""

    class Stop(models.TextChoices):
        BOUNCED = "bounced", "the address does not take mail"
        COMPLAINED = "complained", "complained of unwanted mail"
        ASKED = "asked", "asked for no more mail"

    name = CleanCharField(max_length=200)
    outlet = CleanCharField(max_length=200, blank=True)
    beat = CleanCharField(max_length=200, blank=True, help_text="For example Environment.")
    language = models.CharField(max_length=10, default="en", help_text="Language of the mails.")
    address = models.EmailField("e-mail", max_length=254, unique=True)
    consent_on = models.DateField(null=True, blank=True, help_text="Nobody is mailed without one.")
    consent_how = CleanCharField(
        max_length=300, blank=True, help_text="For example “By e-mail to Jane Roe”."
    )
    tags = models.ManyToManyField(
        PressTag, blank=True, related_name="journalists", verbose_name="press lists"
    )
    stopped_at = models.DateTimeField(null=True, editable=False)
    stopped_why = models.CharField(max_length=20, blank=True, choices=Stop, editable=False)
    stopped_detail = CleanTextField(blank=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        permissions = [("export_journalist", "Can export journalists")]
        constraints = [
            models.CheckConstraint(
                name="journalist_consent_says_how",
                condition=Q(consent_on=None, consent_how="")
                | (Q(consent_on__isnull=False) & ~Q(consent_how="")),
                violation_error_message=HALF_CONSENT,
            ),
            models.CheckConstraint(
                name="journalist_stop_has_reason",
                condition=Q(stopped_at=None, stopped_why="")
                | (Q(stopped_at__isnull=False) & ~Q(stopped_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.outlet}" if self.outlet else self.name

    @property
    def token(self) -> str:
        """Return the signed token of the link that stops the mails."""
        return sign_link(STOP_LINK, self.pk)

    def objection(self) -> str:
        """Return why nothing is mailed to this person; "" if they may be mailed."""
        if self.stopped_at:
            return str(self.get_stopped_why_display())
        return "" if self.consent_on else "no consent is recorded"

    def stop(self, why: str, detail: str, at: datetime.datetime) -> None:
        """Mail this person nothing more until staff clear it. The first reason stays."""
        if self.stopped_at is None:
            self.stopped_at, self.stopped_why, self.stopped_detail = at, why, detail
            self.save(update_fields=["stopped_at", "stopped_why", "stopped_detail"])


class PressMailing(models.Model):
    """A release sent to the journalists of some press lists."""

    class When(models.TextChoices):
        NOW = "now", "now"
        LIFT = "lift", "when the embargo ends"
        AHEAD = "ahead", "now, under embargo, with preview links"

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="press_mailings")
    when = models.CharField(max_length=10, choices=When)
    lists = CleanTextField(help_text="Names of the press lists, as they were.")
    # Another release time than this one sends nothing more.
    release_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, help_text="When its mails were queued.")
    canceled_at = models.DateTimeField(null=True)
    canceled_why = CleanTextField(blank=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["id"],
                name="pressmailing_waiting",
                condition=Q(queued_at=None, canceled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_when_display()}: {self.lists}"

    def active_links(self, at: datetime.datetime) -> models.QuerySet[PreviewLink]:
        """Return its preview links that work at `at`."""
        return PreviewLink.objects.active(at).filter(pk__in=self.recipients.values("link"))

    def is_open(self, at: datetime.datetime) -> bool:
        """Return whether there is something to cancel: a mail not sent yet, or a link that
        works."""
        if self.canceled_at:
            return False
        waiting = self.recipients.filter(sent_at=None, failed_at=None)
        return waiting.exists() or self.active_links(at).exists()

    @property
    def state(self) -> str:
        """Return what became of its mails, in words."""
        people = self.recipients.all()
        if any(each.sent_at for each in people):
            return "sent"
        if self.canceled_at or all(each.failed_at for each in people):
            return "not sent"
        return "to be sent"


class PressRecipient(models.Model):
    """One journalist of a press mailing, and what became of the mail."""

    mailing = models.ForeignKey(PressMailing, on_delete=models.CASCADE, related_name="recipients")
    journalist = models.ForeignKey(
        Journalist, null=True, on_delete=models.SET_NULL, related_name="received"
    )
    name = CleanCharField(max_length=402, help_text="Name and outlet, as they were.")
    link = models.ForeignKey(PreviewLink, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    detail = CleanTextField(blank=True, help_text="Why it was not sent, or came back.")

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["mailing", "journalist"], name="press_mailed_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def preview_token(self) -> str:
        """Return the token of the preview link, the same at each attempt to mail it."""
        # Not stored, as of other links: a copy of the database yields no working links. Keys repeat
        # after a backup is restored; the time to the microsecond does not.
        made = self.mailing.made_at.astimezone(datetime.UTC).isoformat()
        signed = f"{self.pk} {self.journalist_id} {self.mailing.release_id} {made}"
        return salted_hmac("releases.press", signed, algorithm="sha256").hexdigest()[:43]

    @property
    def state(self) -> str:
        """Return what became of the mail, in words."""
        if self.failed_at:
            return "came back" if self.sent_at else "not sent"
        return "sent" if self.sent_at else "waiting"
