"""The name in the ids of feeds."""

from __future__ import annotations

from django.core.cache import cache
from django.db import models

from pressroom.infra.site_identity import feed_authority_by_settings

CACHED = "feed-authority"  # the key of the stored name in this process's own cache


class FeedAuthority(models.Model):
    """The name in the ids of feeds and their entries: one row, which never changes.

    The first release that gets a number stores it: from then on readers may know ids made with it.
    """

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
        """Store the name that the settings give, unless one is stored: the first writer wins."""
        row = FeedAuthority(name=feed_authority_by_settings())
        FeedAuthority.objects.bulk_create([row], ignore_conflicts=True)

    @classmethod
    def stored(cls) -> str:
        """Return the stored name, "" before there is one."""
        return cls.objects.values_list("name", flat=True).first() or ""

    @classmethod
    def current(cls) -> str:
        """Return the stored name, before there is one that of the settings.

        A process asks the database until a name is stored, then never again.
        """
        if cached := cache.get(CACHED):
            return str(cached)
        if name := cls.stored():
            cache.set(CACHED, name, timeout=None)
        return name or feed_authority_by_settings()
