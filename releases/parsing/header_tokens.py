"""The header of a release, cut into cells: a label, a date, a piece of a contact block, a title.

A line of a header mostly holds one thing; columns that were flattened, and labels whose words run
in, hold several.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from releases.parsing import contacts, datelines, dates, embargoes, phrases
from releases.parsing.alternatives import ENGLISH_DAYS, SPANISH_DAYS, one_of
from releases.parsing.lines import Line, collapse

_COLUMN_GAP = re.compile(r"\s{3,}|\t+")
_TIME = re.compile(r"\d{1,2}:\d{2}|\b\d{1,2}\s*[ap]\.?\s?m\b|\bnoon\b", re.IGNORECASE)
_BESIDE_DATE = re.compile(
    rf"\W*(?:date|fecha|issued|released|on|el|{one_of(*ENGLISH_DAYS, *SPANISH_DAYS)})?\W*",
    re.IGNORECASE,
)
_LONGEST_LABELLED = 120  # characters of a date or contact line; what is longer is text that has one


class Role(Enum):
    """What a cell of the header is."""

    RELEASE_LABEL = auto()  # "FOR IMMEDIATE RELEASE", "MEDIA ADVISORY"
    ASIDE = auto()  # page furniture, case number, tags, embargo: no field holds it
    TITLE = auto()  # after "Title:"
    SUBTITLE = auto()  # after "Subtitle:"
    DATE = auto()  # after "Date:", or a line that is nothing but a date
    CONTACT = auto()  # begins with "Contact:"
    ADDRESS = auto()  # holds a telephone number or an e-mail address
    NUMBER_LABEL = auto()  # "Office:"
    TEXT = auto()  # anything else: title, subtitle, name, letterhead


@dataclass(frozen=True)
class Cell:
    """One piece of the header: `value` is its text without the label, `number` its source line."""

    role: Role
    text: str
    value: str
    number: int
    after_blank: bool


@dataclass(frozen=True)
class DateLine:
    """A line that is nothing but a date: `beside` are the words around it, `city` is one of them.

    `is_posted` tells that it is the date of a page, which may be younger than the release.
    """

    printed: dates.PrintedDate
    beside: str
    city: str
    is_posted: bool


def cut(line: Line) -> list[Cell]:
    """The cells of one line of the header."""
    texts = [text for column in _columns(line.raw) for text in _labelled(column)]
    cells = []
    for index, text in enumerate(texts):
        role, value = read_role(text)
        cells.append(Cell(role, text, value, line.first, line.after_blank and index == 0))
    return cells


def read_role(text: str) -> tuple[Role, str]:
    """What the text is in a header, and its value: what is left without the label."""
    for role, read in _ROLES:
        value = read(text)
        if value is not None:
            return role, value
    return Role.TEXT, text


def read_date_line(text: str) -> DateLine | None:
    """The date of a line that says nothing else; None for an event, an embargo, a headline."""
    found = dates.find(text)
    if len(found) != 1 or _TIME.search(text):
        return None
    printed = found[0]
    beside = collapse(text[: printed.start] + " " + text[printed.end :])
    is_posted = bool(phrases.POSTED.fullmatch(beside))
    if is_posted or phrases.RELEASE_LABEL.fullmatch(beside):
        return DateLine(printed, beside, "", is_posted)
    if _BESIDE_DATE.fullmatch(beside):
        return DateLine(printed, "", "", is_posted)
    place = datelines.read_place(beside)
    return DateLine(printed, beside, place[0], is_posted) if place else None


def _columns(raw: str) -> list[str]:
    """The columns of a line, where wide gaps stand between and one is known; else all of it."""
    columns = [collapse(column) for column in _COLUMN_GAP.split(raw.strip())]
    is_known = any(read_role(column)[0] is not Role.TEXT for column in columns)
    return columns if is_known else [collapse(raw)]


def _labelled(text: str) -> Iterator[str]:
    """The text, cut behind release labels and before a contact label."""
    while not embargoes.is_stated(text) and (run_in := phrases.split_label(text)):
        label, text = run_in
        yield label
    inside = None if phrases.CONTACT.fullmatch(text) else phrases.CONTACT_INSIDE.search(text)
    if inside:
        yield text[: inside.start()].strip()
        yield text[inside.end() :]
    else:
        yield text


def _field(*names: str) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        match = phrases.FIELD.fullmatch(text)
        is_named = match and (not names or collapse(match["name"].lower()) in names)
        return match["value"] if match and is_named else None

    return read


def _whole(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: "" if pattern.fullmatch(text) else None


def _embargo(text: str) -> str | None:
    return "" if embargoes.is_stated(text) else None


def _contact(text: str) -> str | None:
    match = phrases.CONTACT.fullmatch(text)
    return match["rest"] if match else None


def _date(text: str) -> str | None:
    return text if len(text) <= _LONGEST_LABELLED and read_date_line(text) else None


def _address(text: str) -> str | None:
    return text if len(text) <= _LONGEST_LABELLED and contacts.has_address(text) else None


# The first that knows the text tells its role.
_ROLES: tuple[tuple[Role, Callable[[str], str | None]], ...] = (
    (Role.RELEASE_LABEL, _whole(phrases.RELEASE_LABEL)),
    (Role.ASIDE, _embargo),
    (Role.ASIDE, _whole(phrases.UPDATED)),
    (Role.ASIDE, _whole(phrases.END_LINE)),
    (Role.TITLE, _field("title", "headline", "título", "titular")),
    (Role.SUBTITLE, _field("subtitle", "subheadline", "sub-headline", "subtítulo")),
    (Role.DATE, _field("date", "fecha", "release date", "date issued", "issued", "released")),
    (Role.DATE, _date),
    (Role.ASIDE, _field()),
    (Role.CONTACT, _contact),
    (Role.ASIDE, _whole(phrases.CASE)),
    (Role.NUMBER_LABEL, _whole(phrases.NUMBER_LABEL)),
    (Role.ASIDE, _whole(phrases.FURNITURE)),
    (Role.ASIDE, _whole(phrases.PUNCTUATION)),
    (Role.ADDRESS, _address),
)
