"""How often, and after which pauses, a row of an outbox is tried again."""

import datetime

FIRST_PAUSE = datetime.timedelta(minutes=1)  # doubles with each attempt
LONGEST_PAUSE = datetime.timedelta(hours=4)
MAX_ATTEMPTS = 14  # over about a day


def pause_after(attempts: int) -> datetime.timedelta:
    """Return how long to wait after that many failed attempts."""
    return min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
