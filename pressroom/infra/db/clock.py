"""The database's clock, which all machines of a site share."""

from __future__ import annotations

import datetime

from django.db import connection


def database_now() -> datetime.datetime:
    """Return the present moment (aware) by the database's clock, also within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now
