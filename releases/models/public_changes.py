"""Log of the transactions that changed what public pages show."""

from __future__ import annotations

from django.db import connection, models


class PublicChange(models.Model):
    """A transaction that changed what public pages show, recorded by triggers as it commits.

    Only the newest are kept.
    """

    xid = models.BigIntegerField()

    def __str__(self) -> str:
        return f"transaction {self.xid}"

    @staticmethod
    def record() -> None:
        """Record a change that no trigger sees, such as a new search index."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT releases_record_public_change()")
