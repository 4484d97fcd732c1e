"""Log of the transactions that changed what public pages show."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models


class PublicChange(models.Model):
    """A change of what public pages show, recorded by triggers in its transaction.

    Lists may show each; of the pages of releases, those of `releases` (None: all) and those between
    whose neighbors a release appeared or disappeared, at `moments`. Only the newest are kept.
    """

    xid = models.BigIntegerField()
    releases = ArrayField(models.BigIntegerField(), null=True)
    moments = ArrayField(models.DateTimeField(), null=True)

    def __str__(self) -> str:
        return f"transaction {self.xid}"

    @staticmethod
    def record_for_lists() -> None:
        """Record a change that no trigger sees and no release's page shows, such as a new index."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT releases_record_change_of('{}', '{}')")
