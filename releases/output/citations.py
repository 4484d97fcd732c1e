"""Citations of releases, by style.

Sources: APA 7 (10.16), MLA 9 (5.2), Chicago 17 (14.267), Bluebook 21 (rule 18.2) and, as AP has no
list of sources, AP's forms of dates and attributions.
"""

from __future__ import annotations

import datetime
import re
from calendar import month_name
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pressroom.infra import office
from releases.output.edition import Edition

# The office is one corporate author; each citation has number, version and a permanent URL.
_MONTHS = tuple(month_name[1:])
_SHORT_MONTHS = (
    "Jan.",
    "Feb.",
    "Mar.",
    "Apr.",
    *_MONTHS[4:7],
    "Aug.",
    "Sept.",
    "Oct.",
    "Nov.",
    "Dec.",
)
_AP_MONTHS = (*_SHORT_MONTHS[:2], *_MONTHS[2:7], *_SHORT_MONTHS[7:])
_INNER_QUOTE = re.compile(r"[“\"]([^“”\"]*)[”\"]")


@dataclass(frozen=True)
class Citation:
    """A citation around the title, which some styles set in italics."""

    before: str
    title: str
    after: str
    italic: bool = False

    def __str__(self) -> str:
        return self.before + self.title + self.after


def cite(edition: Edition) -> dict[str, Citation]:
    """Return the edition's citations by style name."""
    return {name: style(edition) for name, style in STYLES.items()}


def apa(edition: Edition) -> Citation:
    """Office. (2012, September 21). Title (No. 2012-0001, Version 1) [Press release]. URL"""
    date = edition.date
    after = f" (No. {edition.number}, Version {edition.version.number}) [Press release]. "
    return Citation(
        f"{_office()} ({date.year}, {_MONTHS[date.month - 1]} {date.day}). ",
        edition.title,
        after + edition.citation_link,
        italic=True,
    )


def mla(edition: Edition) -> Citation:
    """Office. “Title.” Press release no. 2012-0001, version 1, 21 Sept. 2012, URL."""
    date = edition.date
    printed = f"{date.day} {_SHORT_MONTHS[date.month - 1]} {date.year}"
    after = (
        f" Press release no. {_number_and_version(edition)}, {printed}, {edition.citation_link}."
    )
    return Citation(f"{_office()} ", _quoted(edition.title, "."), after)


def chicago(edition: Edition) -> Citation:
    """Office. “Title.” Press release no. 2012-0001, version 1, September 21, 2012. URL."""
    printed = _us_date(edition.date, _MONTHS)
    after = (
        f" Press release no. {_number_and_version(edition)}, {printed}. {edition.citation_link}."
    )
    return Citation(f"{_office()} ", _quoted(edition.title, "."), after)


def bluebook(edition: Edition) -> Citation:
    """Press Release No. 2012-0001, Office, Title (Sept. 21, 2012) (version 1), URL."""
    printed = _us_date(edition.date, _SHORT_MONTHS)
    return Citation(
        f"Press Release No. {edition.number}, {office.current().name}, ",
        edition.title,
        f" ({printed}) (version {edition.version.number}), {edition.citation_link}.",
        italic=True,
    )


def ap(edition: Edition) -> Citation:
    """Office, “Title,” news release No. 2012-0001, version 1, Sept. 21, 2012, URL"""
    printed = _us_date(edition.date, _AP_MONTHS)
    after = f" news release No. {_number_and_version(edition)}, {printed}, {edition.citation_link}"
    return Citation(f"{office.current().name}, ", _quoted(edition.title, ","), after)


STYLES: dict[str, Callable[[Edition], Citation]] = {
    "APA": apa,
    "MLA": mla,
    "Chicago": chicago,
    "Bluebook": bluebook,
    "AP": ap,
}


def _number_and_version(edition: Edition) -> str:
    return f"{edition.number}, version {edition.version.number}"


def _us_date(date: datetime.date, months: Sequence[str]) -> str:
    return f"{months[date.month - 1]} {date.day}, {date.year}"


def _office() -> str:
    return _with_full_stop(office.current().name)


def _with_full_stop(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _quoted(title: str, stop: str) -> str:
    """Quote the title, with single quotation marks inside and the period before the closing one."""
    inner = _INNER_QUOTE.sub(r"‘\1’", title)
    return f"“{inner}{'' if inner.endswith(('?', '!', '.')) else stop}”"
