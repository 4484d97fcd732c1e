"""Processor time of this process and its database backend, which other programs do not distort."""

from __future__ import annotations

import time
from pathlib import Path

from django.db import connection


def database_seconds() -> float:
    """Return the processor time that the connection's backend has taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        # https://docs.kernel.org/scheduler/sched-stats.html: nanoseconds on a processor
        taken = Path(f"/proc/{cursor.fetchone()[0]}/schedstat").read_text().split()[0]
    return int(taken) / 1e9


def seconds() -> float:
    """Return the processor time that this process and the backend have taken."""
    return time.process_time() + database_seconds()
