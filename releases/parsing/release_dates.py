"""Choice of a release's date among the dates in header and dateline."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from releases.parsing import phrases
from releases.parsing.dates import PrintedDate
from releases.parsing.embargoes import Embargo
from releases.parsing.header_tokens import DateOnlyLine, HeaderToken, Role, parse_date_line
from releases.parsing.warnings import ParseWarning


@dataclass(frozen=True)
class ReleaseDate:
    """The date, the city printed with it ("" if there is none) and warnings."""

    date: datetime.date | None
    city: str
    warnings: tuple[ParseWarning, ...]


def choose(
    tokens: Sequence[HeaderToken],
    in_dateline: PrintedDate | None,
    embargoed: Sequence[Embargo] = (),
) -> ReleaseDate:
    """Choose the date after the release label, else another in the header, else the dateline's,
    else that of a label with a time of day ("FOR RELEASE: 10 a.m., May 3, 2012").

    The date a page was posted ranks last. Two different dates of one rank give no date: a missing
    date is reported, while a wrong one would go unnoticed.
    """
    ranks = _rank_dates(tokens, in_dateline)
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
            return ReleaseDate(date, city, tuple(warnings))
    labeled = {embargo.date for embargo in embargoed if embargo.date}
    if len(labeled) == 1:
        return ReleaseDate(labeled.pop(), "", tuple(warnings))
    if not warnings:
        warnings.append(ParseWarning("date", "date_missing", "No date was found: enter it."))
    return ReleaseDate(None, "", tuple(warnings))


def _date_line(token: HeaderToken) -> DateOnlyLine | None:
    return parse_date_line(token.value) if token.role is Role.DATE else None


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
