"""Choice of a release's date among the dates in header and dateline."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from releases.parsing import moments, phrases
from releases.parsing.dates import PrintedDate
from releases.parsing.embargoes import Embargo
from releases.parsing.header_tokens import DateOnlyLine, HeaderToken, Role, read_date
from releases.parsing.warnings import ParseWarning


@dataclass(frozen=True)
class ReleaseDate:
    """The date, the city printed with it ("" if there is none), warnings, and the day of release if
    that is another."""

    date: datetime.date | None
    city: str
    warnings: tuple[ParseWarning, ...]
    later: Embargo | None = None


def choose(
    tokens: Sequence[HeaderToken],
    in_dateline: PrintedDate | None,
    embargoed: Sequence[Embargo] = (),
) -> ReleaseDate:
    """Choose the date after the release label, else another in the header, else the dateline's,
    else that of a label with a time of day ("FOR RELEASE: 10 a.m., May 3, 2012").

    The date a page was posted ranks last. Two different dates of one rank give no date: a missing
    date is reported, while a wrong one would go unnoticed. "FOR RELEASE: May 3, 2012" next to
    one earlier date is a day of release, not the printed date.
    """
    ranks = _rank_dates(tokens, in_dateline)
    later = _find_later_release(tokens, [*ranks[0], *ranks[1]])
    if later:
        ranks[:2] = [[each for each in rank if each.date != later.date] for rank in ranks[:2]]
    warnings = [printed.warning() for rank in ranks for printed in rank if printed.warning_code]
    warnings += _warn_unreadable(tokens)
    city = next((line.city for token in tokens if (line := _date_line(token)) and line.city), "")
    for rank in ranks:
        dates = {printed.date for printed in rank if printed.date}
        if len(dates) > 1:
            warnings.append(_warn_conflict(rank))
            return ReleaseDate(None, "", tuple(warnings))
        if dates:
            date = dates.pop()
            warnings += _warn_disagreement(date, in_dateline)
            warnings += _warn_later_release(later)
            return ReleaseDate(date, city, tuple(warnings), later.embargo() if later else None)
    labeled = {embargo.date for embargo in embargoed if embargo.date}
    if len(labeled) == 1:
        return ReleaseDate(labeled.pop(), "", tuple(warnings))
    if not warnings:
        warnings.append(ParseWarning("date", "date_missing", "No date was found: enter it."))
    return ReleaseDate(None, "", tuple(warnings))


@dataclass(frozen=True)
class _ReleaseDay:
    """A day that follows the label "FOR RELEASE", as printed."""

    words: str
    date: datetime.date
    day: str

    def embargo(self) -> Embargo:
        return Embargo(self.words, moments.parse(self.day), is_stated=False)


def _find_later_release(
    tokens: Sequence[HeaderToken], printed: Sequence[PrintedDate]
) -> _ReleaseDay | None:
    """Return the day after "FOR RELEASE" if the only other date of the header is earlier."""
    days = [
        _ReleaseDay(f"{label.text} {token.text}", line.printed.date, line.printed.words)
        for label, token in pairwise(tokens)
        if phrases.RELEASE_DAY.fullmatch(label.text)
        and label.number == token.number
        and (line := _date_line(token))
        and line.printed.date
    ]
    others = {each.date for each in printed if each.date} - {day.date for day in days}
    is_later = len(days) == 1 and len(others) == 1 and others.pop() < days[0].date
    return days[0] if is_later else None


def _warn_later_release(later: _ReleaseDay | None) -> list[ParseWarning]:
    if later is None:
        return []
    message = f"“{later.words}” is later than the printed date: check the date."
    return [ParseWarning("date", "later_release", message)]


def _date_line(token: HeaderToken) -> DateOnlyLine | None:
    return read_date(token) if token.role is Role.DATE else None


def _rank_dates(
    tokens: Sequence[HeaderToken], in_dateline: PrintedDate | None
) -> list[list[PrintedDate]]:
    """Return the printed dates by rank, the most reliable first."""
    label = next(
        (i for i, token in enumerate(tokens) if token.role is Role.RELEASE_LABEL), len(tokens)
    )
    behind_label: list[PrintedDate] = []
    elsewhere: list[PrintedDate] = []
    posted: list[PrintedDate] = []
    for index, token in enumerate(tokens):
        line = _date_line(token)
        if line is None:
            continue
        above = tokens[index - 1].text if index else ""
        if line.is_posting_date or phrases.POSTED.fullmatch(above):
            posted.append(line.printed)
        elif index > label or token.value != token.text:
            behind_label.append(line.printed)
        else:
            elsewhere.append(line.printed)
    return [behind_label, elsewhere, [in_dateline] if in_dateline else [], posted]


def _warn_unreadable(tokens: Sequence[HeaderToken]) -> list[ParseWarning]:
    """Warn of a date label without a date: `Date: 2024` or `Date: last week`."""
    unread = [token for token in tokens if token.role is Role.DATE and _date_line(token) is None]
    message = "“{}” is not a full date: enter the day, month and year."
    return [
        ParseWarning("date", "unreadable_date", message.format(token.text[:80])) for token in unread
    ]


def _warn_conflict(rank: Sequence[PrintedDate]) -> ParseWarning:
    words = ", ".join(f"“{printed.words}”" for printed in rank)
    message = f"The header prints different dates: {words}. Enter the date of the release."
    return ParseWarning("date", "conflicting_dates", message)


def _warn_disagreement(date: datetime.date, in_dateline: PrintedDate | None) -> list[ParseWarning]:
    if in_dateline is None or in_dateline.date in (None, date):
        return []
    message = f"The dateline says “{in_dateline.words}”, the header another date: check the date."
    return [ParseWarning("date", "dateline_disagrees", message)]
