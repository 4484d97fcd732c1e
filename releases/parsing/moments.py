"""Printed points in time: "10 a.m. EST Tuesday, January 13, 2037", parsed from words or figures.

Ambiguous moments are not parsed: "midnight" ends a day or begins it, "6:00" is in the morning or
the evening, EST does not exist in July.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from releases.parsing import dates
from releases.parsing.alternatives import (
    ENGLISH_DAYS,
    ENGLISH_MONTHS,
    SPANISH_MONTHS,
    phrase_pattern,
    split_words,
)

# A day without a year may be this long before the printed date.
_MAX_DAYS_BEFORE = datetime.timedelta(days=7)

_ZONES_BY_NAME = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "alaskan": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "hawaiian": "Pacific/Honolulu",
    "atlantic": "America/Halifax",
    "este": "America/New_York",
    "centro": "America/Chicago",
    "montaña": "America/Denver",
    "pacífico": "America/Los_Angeles",
    "greenwich": "UTC",
}
# Zone, and whether it is summer time (None: as on that day).
_ZONES_BY_ABBREVIATION: dict[str, tuple[str, bool | None]] = {
    "utc": ("UTC", None),
    "gmt": ("UTC", None),
    "z": ("UTC", None),
    "bst": ("Europe/London", True),
    "cet": ("Europe/Paris", False),
    "cest": ("Europe/Paris", True),
    **{
        f"{letters}{kind}t": (_ZONES_BY_NAME[name], {"s": False, "d": True, "": None}[kind])
        for letters, name in zip(
            ("e", "c", "m", "p", "ak", "h", "a"),
            ("eastern", "central", "mountain", "pacific", "alaska", "hawaii", "atlantic"),
            strict=True,
        )
        for kind in ("s", "d", "")
        if letters + kind not in ("a", "h")  # "at" is a word
    },
}
_MONTHS = {
    **{name.lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)},
    **{name[:3].lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)},
    **{name: number for number, name in enumerate(SPANISH_MONTHS, 1)},
    **{"sept": 9},
}
_DAYS = {name.lower(): number for number, name in enumerate(ENGLISH_DAYS)} | {
    **{name[:3].lower(): number for number, name in enumerate(ENGLISH_DAYS)},
    **{"tues": 1, "weds": 2, "thur": 3, "thurs": 3},
    **{"lunes": 0, "martes": 1, "miércoles": 2, "jueves": 3, "viernes": 4, "sábado": 5},
    **{"domingo": 6},
}
_FILLER_WORDS = frozenset(
    split_words(
        """
        a after an and at before beginning by date day del de day's effective el embargo
        embargoed ends end exactly expires for from hasta hold hora horas hour hours hrs h is it la
        las lift lifted lifts local los media more news no nor not of office on or para por prior
        publication publicar broadcast publicación publish published release released sharp strictly
        the this til till time to under until use antes lo
        """
    )
)
_AMBIGUOUS = re.compile(
    r"\b(?:or|unless|whichever|if|when|once|pending|approx\w*|about|around|circa|after|later|earlier"
    r"|confirm\w*|tentative\w*|time|hora|o|si|cuando|noon|midnight|and)\b|\d",
    re.IGNORECASE,
)

_MONTH = phrase_pattern(*_MONTHS)
_DAY_OF_MONTH = [
    re.compile(
        rf"\b(?P<month>{_MONTH})\b\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:/-])(?!\.\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w:/.-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|º|°)?\s+(?:day\s+)?(?:de\s+|of\s+)?"
        rf"(?P<month>{_MONTH})\b",
        re.IGNORECASE,
    ),
]
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)"
    r"(?:\s?(?P<hours>[+−-]\d\d):?(?P<minutes>\d\d))?(?!\d)"
)
_AM_PM = r"\s*(?P<half>[ap])\.?\s?m\b\.?"
_PART_OF_DAY = r"\s*(?:de|por)\s+la\s+(?P<part>mañana|tarde|noche)\b"
_UNIT = r"(?:\s*(?:hrs?|hours?|horas?|hs?)\b\.?)"
_TIME = re.compile(
    r"(?P<noon>\b(?:12(?:[:.]00)?\s*(?:p\.?\s?m\b\.?)?\s*)?(?:noon|mediod[ií]a)\b)"
    r"|(?P<midnight>\b(?:12(?:[:.]00)?\s*(?:a\.?\s?m\b\.?)?\s*)?(?:midnight|medianoche)\b)"
    rf"|(?<![\w:.])(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?(?:[:.]\d\d)?(?:{_AM_PM}|{_PART_OF_DAY})"
    rf"|(?<![\w:.+−-])(?P<hour24>\d\d)[:.](?P<minute24>\d\d)(?::\d\d(?:\.\d{{1,9}})?)?{_UNIT}?(?![\w:]*\d)"
    rf"|(?<![\w:.+−-])(?P<military>\d{{4}}){_UNIT}"
    rf"|(?<![\w:.+−-])(?P<vague>\d{{1,2}}:\d\d)(?!\d)",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\b(?:utc|gmt)\s*(?P<sign>[+−-])\s*(?P<hours>\d{1,2})(?::(?P<minutes>\d\d))?(?![\w:])"
    r"|(?:hora\s+(?:(?:estándar|de\s+verano)\s+)?(?:del?\s+(?:la\s+)?)?)?"
    rf"\b(?P<name>{phrase_pattern(*_ZONES_BY_NAME)})\b(?:\s+(?P<kind>standard|daylight|summer)\b)?"
    r"(?:\s+(?:savings?\s+)?(?:mean\s+)?time\b)?"
    rf"|(?<![^\W\d])(?P<short>{'|'.join(sorted(_ZONES_BY_ABBREVIATION, key=len, reverse=True))})\b"
    r"|\b(?P<dotted>(?:[ecmp]\.\s?[sd]\.\s?t\b|[ecmp]\.\s?t\b)\.?)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?P<weekday>{phrase_pattern(*_DAYS)})\b\.?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_DOTS = re.compile(r"[\s.]")
_SEPARATED = re.compile(r"(?<![\s.)\]*])[\s.)\]*]*+(?:[,;:|/(\[–—-]|$)")


@dataclass(frozen=True)
class Zone:
    """A printed zone: its IANA name, and whether summer time is stated; or an offset in minutes."""

    name: str = ""
    is_summer: bool | None = None
    offset: int = 0


@dataclass(frozen=True)
class PrintedMoment:
    """A day (year 0 if not printed) and its times of day, one in several zones.

    Without times, it is the start of the day.
    """

    year: int
    month: int
    day: int
    weekdays: frozenset[int] = frozenset()
    times: tuple[tuple[datetime.time, Zone | None], ...] = ()

    @property
    def date(self) -> datetime.date | None:
        """The day, if its year is printed and its weekday agrees."""
        return self._date(self.year) if self.year else None

    def at(self, dated: datetime.date | None, office: datetime.tzinfo) -> datetime.datetime | None:
        """Return the time in UTC; None unless it is unambiguous.

        A missing year is taken from `dated`, a missing zone is the office's.
        """
        date = self.date if self.year else self._next_occurrence(dated)
        if date is None:
            return None
        times = self.times or ((datetime.time(), None),)
        found = {_resolve(date, time, zone, office) for time, zone in times}
        return found.pop() if len(found) == 1 else None

    def _next_occurrence(self, dated: datetime.date | None) -> datetime.date | None:
        """Return the first such day no more than _MAX_DAYS_BEFORE before the printed date."""
        if dated is None or not datetime.MINYEAR < dated.year < datetime.MAXYEAR:
            return None
        first = dated - _MAX_DAYS_BEFORE
        days = [self._date(year) for year in (first.year, first.year + 1)]
        return next((day for day in days if day and day >= first), None)

    def _date(self, year: int) -> datetime.date | None:
        try:
            date = datetime.date(year, self.month, self.day)
        except ValueError:
            return None
        return date if self.weekdays <= {date.weekday()} else None


@dataclass
class MomentScan:
    """Parts of a printed time found in a text; `remaining` is the text with these blanked out."""

    remaining: str
    days: list[PrintedMoment] = field(default_factory=list)
    times: list[datetime.time] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    weekdays: set[int] = field(default_factory=set)
    is_ambiguous: bool = False
    end: int = 0

    @property
    def has_any(self) -> bool:
        return bool(self.days or self.times or self.zones or self.weekdays or self.is_ambiguous)

    @property
    def is_moment_only(self) -> bool:
        return not _unknown_words(self.remaining)

    def blank_out(self, start: int, end: int) -> None:
        self.remaining = self.remaining[:start] + " " * (end - start) + self.remaining[end:]
        self.end = max(self.end, end)


def parse(text: str) -> PrintedMoment | None:
    """Parse the text as exactly one unambiguous time."""
    found = scan(text)
    if found.is_ambiguous or len(set(found.days)) != 1 or not _is_clear(found):
        return None
    times = _pair_with_zones(found)
    if times is None:
        return None
    day = found.days[0]
    return PrintedMoment(day.year, day.month, day.day, frozenset(found.weekdays), times)


def scan(text: str) -> MomentScan:
    """Find all parts of a printed time in the text."""
    found = MomentScan(_ISO.sub(_normalize_iso, text))
    _extract_dates(found)
    for match in _extract(found, _TIME):
        time = _parse_time(match)
        found.times += [time] if time else []
        found.is_ambiguous |= time is None
    found.zones += [_parse_zone(match) for match in _extract(found, _ZONE)]
    found.weekdays |= {_DAYS[match["weekday"].lower()] for match in _extract(found, _WEEKDAY)}
    return found


def spell_out(at: datetime.datetime, office: datetime.tzinfo) -> str:
    """Spell the time in the office's zone, with UTC.

    >>> at = datetime.datetime(2024, 5, 16, 16, tzinfo=datetime.UTC)
    >>> spell_out(at, ZoneInfo("America/New_York"))
    'Thursday, May 16, 2024, 12 noon EDT (16:00 UTC)'
    """
    local, utc = at.astimezone(office), at.astimezone(datetime.UTC)
    day = f"{ENGLISH_DAYS[local.weekday()]}, {ENGLISH_MONTHS[local.month - 1]} {local.day}"
    other_day = f"{ENGLISH_MONTHS[utc.month - 1]} {utc.day}, " if utc.day != local.day else ""
    zone = f"{local:%Z}"
    return f"{day}, {local.year}, {format_clock(local)} {zone} ({other_day}{utc:%H:%M} UTC)"


def clock_of(local: datetime.datetime) -> str:
    """Return the time of day for a form's field, with the zone where the clock shows it twice."""
    clock = format_clock(local)
    is_doubled = len(instants_showing(local.replace(tzinfo=None), local.tzinfo or datetime.UTC)) > 1
    seconds = f"{local:%H:%M:%S}" if local.second else clock
    return f"{seconds} {local:%Z}" if is_doubled else seconds


def format_clock(local: datetime.datetime) -> str:
    if (local.hour, local.minute) == (12, 0):
        return "12 noon"
    minutes = f":{local.minute:02}" if local.minute or local.hour == 0 else ""
    return f"{local.hour % 12 or 12}{minutes} {'a' if local.hour < 12 else 'p'}.m."


def _normalize_iso(match: re.Match[str]) -> str:
    """Rewrite an ISO 8601 time in the form of the other patterns."""
    zone = f" UTC{match['hours']}:{match['minutes']}" if match["hours"] else ""
    return f"{match['day']} {match['time']}{zone}"


def _extract_dates(found: MomentScan) -> None:
    printed = dates.find(found.remaining)
    for one in printed:
        found.is_ambiguous |= one.date is None or one.warning_code != ""
        if one.date:
            found.days.append(PrintedMoment(one.date.year, one.date.month, one.date.day))
        found.blank_out(one.start, one.end)
    for pattern in () if printed else _DAY_OF_MONTH:
        for match in _extract(found, pattern):
            found.days.append(PrintedMoment(0, _MONTHS[match["month"].lower()], int(match["day"])))


def _extract(found: MomentScan, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for match in list(pattern.finditer(found.remaining)):
        found.blank_out(*match.span())
        yield match


def _parse_time(match: re.Match[str]) -> datetime.time | None:
    """Return the time of day; None if it is ambiguous or invalid."""
    if match["noon"]:
        return datetime.time(12)
    if match["midnight"] or match["vague"]:
        return None
    if match["hour"]:
        is_late = (match["half"] or "").lower() == "p" or match["part"] in ("tarde", "noche")
        hour = int(match["hour"])
        return _valid_time(hour % 12 + 12 * is_late, match["minute"]) if 0 < hour < 13 else None
    if match["military"]:
        return _valid_time(int(match["military"][:2]), match["military"][2:])
    return _valid_time(int(match["hour24"]), match["minute24"])


def _valid_time(hour: int, minute: str | None) -> datetime.time | None:
    minutes = int(minute or 0)
    return datetime.time(hour, minutes) if hour < 24 and minutes < 60 else None


def _parse_zone(match: re.Match[str]) -> Zone:
    if match["sign"]:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        return Zone(offset=minutes if match["sign"] == "+" else -minutes)
    if match["name"]:
        kind = (match["kind"] or "").lower()
        return Zone(_ZONES_BY_NAME[match["name"].lower()], kind != "standard" if kind else None)
    short = _DOTS.sub("", match["short"] or match["dotted"]).lower()
    return Zone(*_ZONES_BY_ABBREVIATION[short])


def _pair_with_zones(found: MomentScan) -> tuple[tuple[datetime.time, Zone | None], ...] | None:
    """Pair each time with its zone; None if the pairing is unclear."""
    times, zones = found.times, found.zones
    if len(zones) == len(times):
        return tuple(zip(times, zones, strict=True))
    if len(set(times)) == 1 and len(set(zones)) <= 1:
        return ((times[0], zones[0] if zones else None),)
    return ((datetime.time(), zones[0]),) if not times and len(zones) == 1 else None


def _is_clear(found: MomentScan) -> bool:
    """Return whether other words do not change the time: none within it, and after a complete one
    only words set off by a comma or a dash."""
    if _unknown_words(found.remaining[: found.end]):
        return False
    tail = found.remaining[found.end :]
    if not _unknown_words(tail):
        return True
    is_whole = bool(found.days and found.times)
    return is_whole and bool(_SEPARATED.match(tail)) and not _AMBIGUOUS.search(tail)


def _unknown_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word.lower() not in _FILLER_WORDS]


def _resolve(
    date: datetime.date, time: datetime.time, zone: Zone | None, office: datetime.tzinfo
) -> datetime.datetime | None:
    """Return the time in UTC; None if the local time is ambiguous or nonexistent, or summer time is
    stated in winter."""
    naive = datetime.datetime.combine(date, time)
    if zone and not zone.name:
        offset = datetime.timedelta(minutes=zone.offset)
        is_offset = abs(offset) < datetime.timedelta(hours=15)
        return naive.replace(tzinfo=datetime.timezone(offset)) if is_offset else None
    found = instants_showing(naive, ZoneInfo(zone.name) if zone else office)
    if zone and zone.is_summer is not None:
        in_office = [at for at in instants_showing(naive, office) if _uses_abbreviation(at, zone)]
        found = [at for at in [*found, *in_office] if bool(at.dst()) is zone.is_summer][:1]
    return found[0].astimezone(datetime.UTC) if len(found) == 1 else None


def _uses_abbreviation(at: datetime.datetime, zone: Zone) -> bool:
    """Return whether the office's time zone uses this abbreviation on that date.

    Arizona, for example, uses MST in July.
    """
    halves = (at.replace(month=month, day=1) for month in (1, 7))
    return at.tzname() in {half.astimezone(ZoneInfo(zone.name)).tzname() for half in halves}


def instants_showing(naive: datetime.datetime, zone: datetime.tzinfo) -> list[datetime.datetime]:
    """Return the instants, usually one, with this local time in the zone."""
    both = [naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    real = {at.astimezone(datetime.UTC): at for at in both}
    return [at for utc, at in real.items() if utc.astimezone(zone).replace(tzinfo=None) == naive]
