"""The date of a release among the dates that its header and its dateline print."""

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
    """The date, the city printed beside it ("" without either) and what is in doubt."""

    date: datetime.date | None
    city: str
    warnings: tuple[ParseWarning, ...]


def choose(
    cells: Sequence[HeaderToken], in_dateline: PrintedDate | None, embargoed: Sequence[Embargo] = ()
) -> ReleaseDate:
    """The date behind the release label; else another of the header; else that of the dateline;
    else that of a label with a time of day ("FOR RELEASE: 10 a.m., May 3, 2012").

    The date that a page says it was posted counts last. Two different dates of one rank leave the
    release without a date: a missing date is seen, a wrong one is believed.
    """
    ranks = _rank_dates(cells, in_dateline)
    warnings = [printed.warning() for rank in ranks for printed in rank if printed.warning_code]
    warnings += _warn_unreadable(cells)
    city = next((line.city for cell in cells if (line := _date_line(cell)) and line.city), "")
    for rank in ranks:
        dates = {printed.date for printed in rank if printed.date}
        if len(dates) > 1:
            warnings.append(_warn_conflict(rank))
            return ReleaseDate(None, "", tuple(warnings))
        if dates:
            date = dates.pop()
            warnings += _warn_disagreement(date, in_dateline)
            return ReleaseDate(date, city, tuple(warnings))
    labelled = {embargo.date for embargo in embargoed if embargo.date}
    if len(labelled) == 1:
        return ReleaseDate(labelled.pop(), "", tuple(warnings))
    if not warnings:
        warnings.append(ParseWarning("date", "date_missing", "No date is printed: enter the date."))
    return ReleaseDate(None, "", tuple(warnings))


def _date_line(cell: HeaderToken) -> DateOnlyLine | None:
    return parse_date_line(cell.value) if cell.role is Role.DATE else None


def _rank_dates(
    cells: Sequence[HeaderToken], in_dateline: PrintedDate | None
) -> list[list[PrintedDate]]:
    """The printed dates in the order in which they are believed."""
    label = next((i for i, cell in enumerate(cells) if cell.role is Role.RELEASE_LABEL), len(cells))
    behind_label: list[PrintedDate] = []
    elsewhere: list[PrintedDate] = []
    posted: list[PrintedDate] = []
    for index, cell in enumerate(cells):
        line = _date_line(cell)
        if line is None:
            continue
        above = cells[index - 1].text if index else ""
        if line.is_posting_date or phrases.POSTED.fullmatch(above):
            posted.append(line.printed)
        elif index > label or cell.value != cell.text:
            behind_label.append(line.printed)
        else:
            elsewhere.append(line.printed)
    return [behind_label, elsewhere, [in_dateline] if in_dateline else [], posted]


def _warn_unreadable(cells: Sequence[HeaderToken]) -> list[ParseWarning]:
    """`Date: 2024` and `Date: last week`: what stands behind a date label and is not a date."""
    unread = [cell for cell in cells if cell.role is Role.DATE and _date_line(cell) is None]
    message = "“{}” is not a full date: enter the day, month and year."
    return [
        ParseWarning("date", "unreadable_date", message.format(cell.text[:80])) for cell in unread
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
