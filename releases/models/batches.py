"""Reading large tables in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db import models

BATCH = 200  # rows in memory: a release can be long

Row = TypeVar("Row")


def in_batches(rows: models.QuerySet[Any, Row], key: Callable[[Row], Any]) -> Iterator[list[Row]]:
    """Yield the rows in primary key order, in lists of at most `BATCH`; `key` reads a row's key."""
    # One query per batch keeps memory flat without server-side cursors, which poolers break.
    rows = rows.order_by("pk")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=key(batch[-1]))[:BATCH])
