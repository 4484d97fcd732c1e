"""People who get alerts by e-mail, and what they asked for. Nothing else is kept of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from releases.models.clean_fields import CleanLineField
from releases.models.release import Release

LINK_SALT = "alerts"


class Subscriber(models.Model):
    """An e-mail address with subscriptions. Erased with the last of them."""

    # No name, no password, no history: links in the mails are signed and open what they name.
    address = models.EmailField(max_length=254, unique=True, help_text="In lower case.")
    language = models.CharField(max_length=10, help_text="Language of the mails.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Subscriber {self.pk}"  # no address: this may be logged

    @property
    def token(self) -> str:
        """Return the signed token of the page with all subscriptions."""
        return sign_link("mine", self.pk)


class Subscription(models.Model):
    """Request of one subscriber for the releases of a list or search, or for corrections."""

    class Kind(models.TextChoices):
        RELEASES = "releases"
        CORRECTIONS = "corrections"

    class Frequency(models.TextChoices):
        AT_ONCE = "at-once"
        DAILY = "daily"
        WEEKLY = "weekly"

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="subscriptions"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    # The search, as typed, and filters; "" for none.
    q = CleanLineField(is_markdown=True, blank=True)
    topic = models.SlugField(max_length=200, blank=True)
    language = models.CharField(max_length=35, blank=True)
    frequency = models.CharField(max_length=10, choices=Frequency)
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "kind", "q", "topic", "language"],
                name="subscription_is_unique",
            ),
            models.CheckConstraint(
                name="subscription_to_corrections_has_no_filter",
                condition=~Q(kind="corrections") | Q(q="", topic="", language=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["frequency", "kind", "q", "topic", "language"],
                name="subscription_active",
                condition=Q(confirmed_at__isnull=False, ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"Subscription {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.confirmed_at is not None and self.ended_at is None


ACTIVE = Q(confirmed_at__isnull=False, ended_at__isnull=True)


class EndedAddress(models.Model):
    """Keyed hash of an address whose subscriptions ended, so that others cannot have it mailed."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True, help_text="When it was last asked to confirm.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:8]

    @staticmethod
    def digests_of(address: str) -> list[str]:
        """Return the digests under each key of the site, the current one first."""
        # Whoever has a copy of the database but no key cannot test addresses against it.
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return [
            salted_hmac(LINK_SALT, address, secret=key, algorithm="sha256").hexdigest()
            for key in keys
        ]


class Announcement(models.Model):
    """A version to tell subscribers about, once the public may see its release."""

    # No time: whether it is due is read from the release, so a recall or a later release time needs
    # no second write. No text, either: it is read when mailed.
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="announcements")
    version = models.OneToOneField("Version", on_delete=models.CASCADE, related_name="announcement")
    kind = models.CharField(max_length=10)
    created_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(db_default=0, help_text="That failed.")
    next_try_at = models.DateTimeField(null=True, help_text="After an attempt that failed.")
    done_at = models.DateTimeField(
        null=True, help_text="When mails were queued, or it was given up."
    )

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["id"], name="announcement_waiting", condition=Q(done_at__isnull=True)
            ),
            models.Index(fields=["done_at"], name="announcement_done"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.release_id}"


class DigestRun(models.Model):
    """A daily or weekly digest that was queued, for the time from `since` to `until`."""

    frequency = models.CharField(max_length=10)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["frequency", "until"], name="digest_runs_once"),
            models.CheckConstraint(
                name="digest_covers_some_time", condition=Q(since__lt=F("until"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} {self.until:%Y-%m-%d}"


class ReceivedRelease(models.Model):
    """Version of a release that a subscriber was mailed last, and gets corrections of."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    # What it was sent for: corrections name these subscriptions and end with them.
    subscriptions = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["release", "subscriber"], name="received_once")
        ]

    def __str__(self) -> str:
        return f"{self.release_id} version {self.version}"


def sign_link(purpose: str, *keys: int) -> str:
    """Return a token for a link in a mail; only `read_link` with the same purpose accepts it."""
    return signing.dumps(keys, salt=f"{LINK_SALT}.{purpose}")


def read_link(purpose: str, token: str, max_age: datetime.timedelta | None = None) -> list[int]:
    """Return the keys in a token. Raises signing.BadSignature if it is forged, cut or too old."""
    keys: Any = signing.loads(token, salt=f"{LINK_SALT}.{purpose}", max_age=max_age)
    return [int(key) for key in keys]
