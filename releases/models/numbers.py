"""The permanent numbers of releases, given out once."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.db.models.functions import Cast, Substr

from releases.models.release import Release


class NumberSeries(models.Model):
    """The last serial given out in a year. Numbers are never reused, even if a release goes."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "number series"

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"

    @classmethod
    def take(cls, year: int, count: int = 1) -> list[str]:
        """Give out the next `count` numbers of `year`, in order.

        Call it inside a transaction: the year's row stays locked until its end, so that two
        publishers never get the same number and a rolled back one leaves no gap.
        """
        series = cls.objects.filter(year=year)
        if not series.update(last=F("last") + count):
            cls.objects.get_or_create(year=year, defaults={"last": _highest_serial(year)})
            series.update(last=F("last") + count)
        last = series.values_list("last", flat=True).get()
        return [f"{year:04d}-{serial:04d}" for serial in range(last - count + 1, last + 1)]


def _highest_serial(year: int) -> int:
    """Of the releases there are: a restored archive goes on where it stood."""
    serial = Cast(Substr("number", 6), models.IntegerField())
    numbered = Release.objects.filter(number__startswith=f"{year:04d}-")
    return numbered.aggregate(highest=models.Max(serial))["highest"] or 0
