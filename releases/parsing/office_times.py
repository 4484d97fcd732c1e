"""Parser of times typed by staff, in the office's time zone."""

from __future__ import annotations

import datetime
import re

from releases.parsing.moments import format_clock, instants_showing

UNREADABLE = (
    "Enter a time such as 9:00 am, 6.30pm, 18:30 or noon. For the clock change, add the zone."
)
UNKNOWN_ZONE = "“{zone}” is not the office’s time zone then. Write {names} or UTC, or leave it out."

_CLOCK = re.compile(
    r"(?:(?P<noon>(?:12 ?)?noon)|(?P<midnight>(?:12 ?)?midnight)"
    r"|(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?(?::\d\d)? ?(?:(?P<half>[ap])\.? ?m\.?)?"
    r"|(?P<military>\d{4}))"
    r"(?: ?(?P<zone>[a-z]{3,5}|[+−-]\d\d:?\d\d))?",
    re.IGNORECASE,
)


class UnreadableTimeError(ValueError):
    """The text is not one unambiguous time; the message explains why."""


def read_moment(day: datetime.date, text: str, office: datetime.tzinfo) -> datetime.datetime:
    """Return the aware datetime of a typed time on that day, in the office's time zone.

    A zone may follow the time: an abbreviation valid in the office on that day, UTC, or an offset.
    Raises UnreadableTimeError.
    """
    match = _CLOCK.fullmatch(" ".join(text.split()))
    time = match and _read_time(match)
    if match is None or time is None:
        raise UnreadableTimeError(UNREADABLE)
    naive = datetime.datetime.combine(day, time)
    zone = (match["zone"] or "").upper()
    if zone in ("UTC", "GMT", "Z"):
        return naive.replace(tzinfo=datetime.UTC)
    if zone and not zone.isalpha():
        return _with_offset(naive, zone)
    return _on_the_clock(naive, zone, office)


def _read_time(match: re.Match[str]) -> datetime.time | None:
    """Return the time of day; None for a bare hour and for invalid times."""
    if match["noon"] or match["midnight"]:
        return datetime.time(12 if match["noon"] else 0)
    if match["military"]:
        hour, minute = int(match["military"][:2]), int(match["military"][2:])
    else:
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if not match["half"] and match["minute"] is None:
            return None
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match["half"].lower() == "p")
    return datetime.time(hour, minute) if hour < 24 and minute < 60 else None


def _with_offset(naive: datetime.datetime, offset: str) -> datetime.datetime:
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    delta = datetime.timedelta(hours=hours, minutes=minutes)
    if delta >= datetime.timedelta(hours=15) or minutes > 59:
        raise UnreadableTimeError(UNREADABLE)
    return naive.replace(tzinfo=datetime.timezone(delta if offset[0] == "+" else -delta))


def _on_the_clock(
    naive: datetime.datetime, zone: str, office: datetime.tzinfo
) -> datetime.datetime:
    found = instants_showing(naive, office)
    if not found:
        raise UnreadableTimeError(_explain_gap(naive, office))
    named = [at for at in found if not zone or at.tzname() == zone]
    if not named:
        names = " or ".join(dict.fromkeys(str(at.tzname()) for at in found))
        raise UnreadableTimeError(UNKNOWN_ZONE.format(zone=zone, names=names))
    if len(named) > 1:
        raise UnreadableTimeError(_explain_doubled(naive, named))
    return named[0]


def _explain_gap(naive: datetime.datetime, office: datetime.tzinfo) -> str:
    later = naive.replace(tzinfo=office).astimezone(datetime.UTC).astimezone(office)
    return (
        f"{format_clock(naive)} does not exist on {_day(naive)}: the clocks are set forward and "
        f"skip it. Choose {format_clock(later)} {later:%Z}, or another time."
    )


def _explain_doubled(naive: datetime.datetime, both: list[datetime.datetime]) -> str:
    first, second = (
        f"{at:%Z} ({at.astimezone(datetime.UTC):%H:%M} UTC)" for at in sorted(both, key=_instant)
    )
    clock = format_clock(naive)
    return (
        f"{clock} occurs twice on {_day(naive)}, because the clocks are set back: first in "
        f"{first}, then in {second}. Add the zone you mean, for example “{clock} {both[0]:%Z}”."
    )


def _instant(at: datetime.datetime) -> float:
    return at.timestamp()  # two moments of one zone compare by the clock


def _day(naive: datetime.datetime) -> str:
    return f"{naive:%A}, {naive:%B} {naive.day}, {naive.year}"
