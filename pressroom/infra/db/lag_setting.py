"""DATABASE_REPLICA_MAX_LAG as a number."""

from django.core.exceptions import ImproperlyConfigured


def read_max_lag(given: str) -> float:
    """Return the maximum replication lag in seconds. Raises ImproperlyConfigured."""
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1
    if not 0 < seconds < float("inf"):
        raise ImproperlyConfigured(
            f"DATABASE_REPLICA_MAX_LAG is {given!r}: it must be a number of seconds, such as 10."
        )
    return seconds
