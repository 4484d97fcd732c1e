"""Permanent release numbers."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models.functions import Cast, Substr

from releases.models.release import Release


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
        for year in sorted(counts.keys() - known):
            cls.objects.get_or_create(year=year, defaults={"last": _highest_serial(year)})
        series = list(cls.objects.filter(year__in=counts).order_by("year").select_for_update())
        for row in series:
            row.last += counts[row.year]
        cls.objects.bulk_update(series, ["last"])
        return {row.year: _block(row.year, row.last, counts[row.year]) for row in series}


def _block(year: int, last: int, count: int) -> list[str]:
    return [f"{year:04d}-{serial:04d}" for serial in range(last - count + 1, last + 1)]


def _highest_serial(year: int) -> int:
    # A restored archive continues its own numbers.
    serial = Cast(Substr("number", 6), models.IntegerField())
    numbered = Release.objects.filter(number__startswith=f"{year:04d}-")
    return numbered.aggregate(highest=models.Max(serial))["highest"] or 0
