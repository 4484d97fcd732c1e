"""Authority part of feed ids."""

from __future__ import annotations

from django.core.cache import cache
from django.db import models

from pressroom.infra import office
from pressroom.infra.site_identity import feed_authority_by_settings

CACHED = "feed-authority"  # cache key, per process


class FeedAuthority(models.Model):
    """Authority name in the ids of feeds and their entries: a single row that never changes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.TextField()

    class Meta:
        verbose_name_plural = "feed authority"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_feed_authority"),
            models.CheckConstraint(condition=~models.Q(name=""), name="feed_authority_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def store(cls) -> None:
        """Store the name from the settings unless one is stored."""
        # Called when the first number is assigned: from then on, published ids contain the name.
        row = FeedAuthority(name=_wanted())
        FeedAuthority.objects.bulk_create([row], ignore_conflicts=True)

    @classmethod
    def stored(cls) -> str:
        """Return the stored name, "" if there is none."""
        return cls.objects.values_list("name", flat=True).first() or ""

    @classmethod
    def current(cls) -> str:
        """Return the stored name, or the one from the settings until one is stored."""
        if cached := cache.get(CACHED):
            return str(cached)
        if name := cls.stored():  # never changes again, so it may be cached forever
            cache.set(CACHED, name, timeout=None)
        return name or _wanted()


def _wanted() -> str:
    """Return the name for a site that has stored none."""
    return feed_authority_by_settings(office.current().origin)
