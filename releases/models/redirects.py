"""Redirects from old addresses that were no releases, and old addresses that lead nowhere."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import connections, models, transaction
from django.db.models import Q

from pressroom.infra.buffered_counts import Counted
from pressroom.infra.db.replicas import PRIMARY
from releases.models.clean_fields import CleanCharField

MAX_ADDRESS = 500  # characters
MAX_KEY = 600  # characters; the index takes 2,700 bytes
MAX_MISSED = 2_000  # rows; those with the fewest hits, then the oldest, make room
# The table stays small whatever is asked for: see MAX_MISSED.
RECORD = """
    INSERT INTO releases_missedaddress (key, address, hits, last_seen)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::date[])
    ON CONFLICT (key) DO UPDATE SET
        hits = least(releases_missedaddress.hits::bigint + EXCLUDED.hits, 2147483647),
        last_seen = greatest(releases_missedaddress.last_seen, EXCLUDED.last_seen)
"""
MAKE_ROOM = """
    DELETE FROM releases_missedaddress WHERE id IN (
        SELECT id FROM releases_missedaddress
        ORDER BY hits DESC, last_seen DESC, id DESC OFFSET %s
    )
"""


class Redirect(models.Model):
    """Old address that was no release's, with the page that replaces it, if any."""

    class Answer(models.IntegerChoices):
        MOVED = 301, "moved to another address (301)"
        GONE = 410, "gone (410)"

    address = CleanCharField(
        "old address",
        max_length=MAX_ADDRESS,
        is_markdown=True,
        help_text="From the path on, such as /news/rss.php?section=2, or whole.",
    )
    key = models.CharField(max_length=MAX_KEY, unique=True, editable=False)
    target = CleanCharField(
        "leads to",
        max_length=MAX_ADDRESS,
        blank=True,
        is_markdown=True,
        help_text="A page of this site, such as /topics/water/, or a whole https:// address.",
    )
    status = models.PositiveSmallIntegerField(
        "answer", choices=Answer.choices, default=Answer.MOVED
    )

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=301) & ~Q(target="") | Q(status=410, target=""),
                name="moved_addresses_have_a_target",
                violation_error_message="An address that moved leads somewhere; one that is gone "
                "leads nowhere.",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class MissedAddresses(models.Manager["MissedAddress"]):
    def record(self, misses: Mapping[str, Counted], day: datetime.date) -> None:
        """Add the hits, by key, in two statements; keep MAX_MISSED rows."""
        addresses = [miss.value for miss in misses.values()]
        hits = [miss.times for miss in misses.values()]
        with transaction.atomic(using=PRIMARY), connections[PRIMARY].cursor() as cursor:
            cursor.execute(RECORD, [list(misses), addresses, hits, [day] * len(hits)])
            cursor.execute(MAKE_ROOM, [MAX_MISSED])

    def list_unasked(self, addresses: Mapping[str, str], day: datetime.date) -> int:
        """Add addresses, by key, that nobody asked for yet; return how many are in the table."""
        rows = (MissedAddress(key=key, address=addresses[key], last_seen=day) for key in addresses)
        with transaction.atomic(using=PRIMARY), connections[PRIMARY].cursor() as cursor:
            self.bulk_create(rows, ignore_conflicts=True)
            cursor.execute(MAKE_ROOM, [MAX_MISSED])
        return self.filter(key__in=addresses).count()


class MissedAddress(models.Model):
    """Old address that leads nowhere, counted without anything about who asked."""

    key = models.CharField(max_length=MAX_KEY, unique=True)
    address = models.CharField(max_length=MAX_ADDRESS)
    hits = models.PositiveIntegerField(default=0)
    last_seen = models.DateField()

    objects = MissedAddresses()

    class Meta:
        verbose_name = "old address"
        verbose_name_plural = "old addresses"
        ordering = ["-hits", "-last_seen", "-id"]
        default_permissions = ("view", "delete")

    def __str__(self) -> str:
        return self.address
