"""How a release is cited: one table of styles. The office is the author, in one piece; each
citation names number, version and a permanent address.

After the styles' own words on press releases: APA 7 (10.16), MLA 9 (5.2), Chicago 17 (14.267),
Bluebook 21 (rule 18.2) and, as AP has no list of sources, AP's forms of dates and attributions.
"""

from __future__ import annotations

import datetime
import re
from calendar import month_name
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings

from releases.output.edition import Edition

_MONTHS = tuple(month_name[1:])
_SHORT = ("Jan.", "Feb.", "Mar.", "Apr.", *_MONTHS[4:7], "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_AP = (*_SHORT[:2], *_MONTHS[2:7], *_SHORT[7:])
_INNER = re.compile(r"[“\"]([^“”\"]*)[”\"]")


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
    """The citation of this edition in every style, by the style's name."""
    return {name: style(edition) for name, style in STYLES.items()}


def apa(edition: Edition) -> Citation:
    """Office. (2012, September 21). Title (No. 2012-0001, Version 1) [Press release]. URL"""
    date = edition.date
    after = f" (No. {edition.number}, Version {edition.version.number}) [Press release]. "
    return Citation(
        f"{_stopped(settings.OFFICE_NAME)} ({date.year}, {_MONTHS[date.month - 1]} {date.day}). ",
        edition.title,
        after + edition.lasting_link,
        italic=True,
    )


def mla(edition: Edition) -> Citation:
    """Office. “Title.” Press release no. 2012-0001, version 1, 21 Sept. 2012, URL."""
    date = edition.date
    printed = f"{date.day} {_SHORT[date.month - 1]} {date.year}"
    after = f" Press release no. {_numbered(edition)}, {printed}, {edition.lasting_link}."
    return Citation(f"{_stopped(settings.OFFICE_NAME)} ", _quoted(edition.title, "."), after)


def chicago(edition: Edition) -> Citation:
    """Office. “Title.” Press release no. 2012-0001, version 1, September 21, 2012. URL."""
    printed = _american(edition.date, _MONTHS)
    after = f" Press release no. {_numbered(edition)}, {printed}. {edition.lasting_link}."
    return Citation(f"{_stopped(settings.OFFICE_NAME)} ", _quoted(edition.title, "."), after)


def bluebook(edition: Edition) -> Citation:
    """Press Release No. 2012-0001, Office, Title (Sept. 21, 2012) (version 1), URL."""
    printed = _american(edition.date, _SHORT)
    return Citation(
        f"Press Release No. {edition.number}, {settings.OFFICE_NAME}, ",
        edition.title,
        f" ({printed}) (version {edition.version.number}), {edition.lasting_link}.",
        italic=True,
    )


def ap(edition: Edition) -> Citation:
    """Office, “Title,” news release No. 2012-0001, version 1, Sept. 21, 2012, URL"""
    printed = _american(edition.date, _AP)
    after = f" news release No. {_numbered(edition)}, {printed}, {edition.lasting_link}"
    return Citation(f"{settings.OFFICE_NAME}, ", _quoted(edition.title, ","), after)


STYLES: dict[str, Callable[[Edition], Citation]] = {
    "APA": apa,
    "MLA": mla,
    "Chicago": chicago,
    "Bluebook": bluebook,
    "AP": ap,
}


def _numbered(edition: Edition) -> str:
    return f"{edition.number}, version {edition.version.number}"


def _american(date: datetime.date, months: Sequence[str]) -> str:
    return f"{months[date.month - 1]} {date.day}, {date.year}"


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _quoted(title: str, stop: str) -> str:
    """In double quotation marks, those within made single, the stop inside unless one is there."""
    inner = _INNER.sub(r"‘\1’", title)
    return f"“{inner}{'' if inner.endswith(('?', '!', '.')) else stop}”"
