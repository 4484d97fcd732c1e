"""Permanent release numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, models
from django.db.models.functions import Cast, Substr

from releases.models.release import Release

_UPDATE = """
    UPDATE releases_numberseries SET last = new_last
    FROM unnest(%s::integer[], %s::integer[]) AS allocated (new_year, new_last)
    WHERE year = new_year
"""


class NumberSeries(models.Model):
    """Highest serial number assigned in a year. Numbers are never reused."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "number series"

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"

    @classmethod
    def allocate(cls, year: int, count: int = 1) -> list[str]:
        """Allocate the next `count` numbers of `year`, in order; see `allocate_blocks`."""
        return cls.allocate_blocks({year: count})[year]

    @classmethod
    def allocate_blocks(cls, counts: Mapping[int, int]) -> dict[int, list[str]]:
        """Allocate the next numbers of each year, given the count for each, in order.

        Must run inside a transaction.
        """
        # The rows stay locked until the transaction ends, so that two publishers never get the same
        # number and a rollback leaves no gap; locking by year prevents deadlocks.
        known = set(cls.objects.filter(year__in=counts).values_list("year", flat=True))
        _begin_series(sorted(counts.keys() - known))
        series = list(cls.objects.filter(year__in=counts).order_by("year").select_for_update())
        for row in series:
            row.last += counts[row.year]
        _update_last(series)
        return {row.year: _block(row.year, row.last, counts[row.year]) for row in series}


def _begin_series(years: Iterable[int]) -> None:
    new = (NumberSeries(year=year, last=_highest_serial(year)) for year in years)
    NumberSeries.objects.bulk_create(new, ignore_conflicts=True)


def _update_last(series: Sequence[NumberSeries]) -> None:
    # `bulk_update` builds an expression for each row, which takes longer than the statement.
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [[row.year for row in series], [row.last for row in series]])


def _block(year: int, last: int, count: int) -> list[str]:
    return [f"{year:04d}-{serial:04d}" for serial in range(last - count + 1, last + 1)]


def _highest_serial(year: int) -> int:
    # A restored archive continues its own numbers.
    serial = Cast(Substr("number", 6), models.IntegerField())
    numbered = Release.objects.filter(number__startswith=f"{year:04d}-")
    return numbered.aggregate(highest=models.Max(serial))["highest"] or 0
