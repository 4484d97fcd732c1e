"""Synonyms, pinned results and missed searches."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import connections, models, transaction

from pressroom.infra.buffered_counts import Counted
from pressroom.infra.db.replicas import PRIMARY
from releases.models.clean_fields import CleanCharField, CleanTextField

MAX_LINE = 500  # characters of an entry's expressions
MAX_QUERY = 100  # characters of a counted query; longer ones are no searches of a person
MAX_MISSED = 5_000  # rows; those with the fewest searches, then the oldest, make room
KEPT_WEEKS = 26
# The table stays small whatever is searched for: see MAX_MISSED.
RECORD = """
    INSERT INTO releases_missedsearch (query, week, searches, results)
    SELECT query, %s, searches, results
    FROM unnest(%s::text[], %s::int[], %s::int[]) found (query, searches, results)
    ON CONFLICT (query, week) DO UPDATE SET
        searches = least(releases_missedsearch.searches::bigint + EXCLUDED.searches, 2147483647),
        results = EXCLUDED.results
"""
MAKE_ROOM = """
    DELETE FROM releases_missedsearch WHERE week < %s OR id IN (
        SELECT id FROM releases_missedsearch
        ORDER BY searches DESC, week DESC, id DESC OFFSET %s
    )
"""


class Synonym(models.Model):
    """Words and phrases that find each other, or one of which finds others."""

    class Kind(models.TextChoices):
        SYNONYM = "synonym"
        NICKNAME = "nickname"
        ABBREVIATION = "abbreviation"

    words = CleanCharField(
        "words or phrases",
        max_length=MAX_LINE,
        help_text="Separated by commas, such as: cell phone, mobile phone. They find each other.",
    )
    finds = CleanCharField(
        "also finds",
        max_length=MAX_LINE,
        blank=True,
        help_text="Fill this in for one way only: the words above find these, but these do not "
        "find the words above. For example, fentanyl also finds opioid.",
    )
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.SYNONYM)
    is_used = models.BooleanField(
        "in use", default=True, help_text="Untick to switch the entry off and keep it."
    )

    class Meta:
        ordering = ["words", "id"]

    def __str__(self) -> str:
        return f"{self.words} → {self.finds}" if self.finds else self.words.replace(", ", " = ")


class PinnedResult(models.Model):
    """Releases that the press office recommends for some searches."""

    queries = CleanTextField(
        "searches",
        help_text="One a line, as readers type them. Capitals, accents and plurals do not matter.",
    )
    releases = CleanTextField(
        help_text="Numbers, such as 2012-0001, one a line, in the order to show. Each is shown "
        "only while it is public."
    )
    until = models.DateField(
        "last day", null=True, blank=True, help_text="Leave empty to recommend them until changed."
    )

    class Meta:
        ordering = ["queries", "id"]

    def __str__(self) -> str:
        return ", ".join(self.queries.splitlines())


class MissedSearches(models.Manager["MissedSearch"]):
    def record(self, found: Mapping[str, Counted], day: datetime.date) -> None:
        """Add the searches of the day's week, by query, with the releases that they found, in two
        statements; prune the table."""
        week = day - datetime.timedelta(days=day.weekday())
        first = week - datetime.timedelta(weeks=KEPT_WEEKS)
        searches = [each.times for each in found.values()]
        results = [each.value for each in found.values()]
        with transaction.atomic(using=PRIMARY), connections[PRIMARY].cursor() as cursor:
            cursor.execute(RECORD, [week, list(found), searches, results])
            cursor.execute(MAKE_ROOM, [first, MAX_MISSED])


class MissedSearch(models.Model):
    """Searches of one week for words that found nothing or little; nothing about who searched."""

    query = models.CharField("search", max_length=MAX_QUERY)
    week = models.DateField(help_text="Its Monday.")
    searches = models.PositiveIntegerField()
    results = models.PositiveSmallIntegerField()

    objects = MissedSearches()

    class Meta:
        verbose_name = "search without results"
        verbose_name_plural = "searches without results"
        ordering = ["-searches", "-week", "-id"]
        default_permissions = ("view", "delete")
        constraints = [
            models.UniqueConstraint(fields=["query", "week"], name="one_count_per_week"),
        ]

    def __str__(self) -> str:
        return self.query
