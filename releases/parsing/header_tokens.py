"""Header of a release as tokens: labels, dates, parts of contact blocks, titles.

A header line usually has one token; lines with flattened columns or run-in labels have several.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from releases.parsing import (
    contacts,
    datelines,
    dates,
    embargoes,
    one_line_details,
    phrases,
)
from releases.parsing.alternatives import ENGLISH_MONTHS, SPANISH_MONTHS, phrase_pattern
from releases.parsing.calendars import WEEKDAYS
from releases.parsing.lines import Line, collapse

_COLUMN_GAP = re.compile(r"\s{3,}|\t+")
_TIME = re.compile(r"\d{1,2}:\d{2}|\b\d{1,2}\s*[ap]\.?\s?m\b|\bnoon\b", re.IGNORECASE)
_WORDS_AROUND_DATE = re.compile(
    rf"\W*(?:date|fecha|datum|data|petsa|dat|дата|التاريخ|日期|發布日期|发布日期|날짜|일자|日付"
    rf"|issued|released|on|el|le|a|the|this|dated|ngày|{phrase_pattern(*WEEKDAYS)}"
    rf"|thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)?\W*",
    re.IGNORECASE,
)
# A page's time stamp names no weekday and no "at".
_EVENT_TIME = re.compile(rf"\bat\b|\b(?:{phrase_pattern(*WEEKDAYS)})\b", re.IGNORECASE)
_GLUED_DATE = re.compile(
    rf"(?<=[^\W\d_])(?=(?:{phrase_pattern(*ENGLISH_MONTHS, *SPANISH_MONTHS)})\s\d{{1,2}}(?!\d))"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_GLUE = " ,;|–-"  # between flattened columns
_MAX_DETAIL_LENGTH = 120  # characters of a date or contact line; a longer line is prose
_LEAST_WORDS_OF_HEADLINE = 4  # below a number


class Role(Enum):
    """Role of a header token."""

    RELEASE_LABEL = auto()  # "FOR IMMEDIATE RELEASE", "MEDIA ADVISORY"
    IGNORED = auto()  # page chrome, case number, tags, embargo
    TITLE = auto()  # after "Title:"
    SUBTITLE = auto()  # after "Subtitle:"
    DATE = auto()  # after "Date:", or a line with only a date
    CONTACT = auto()  # begins with "Contact:"
    PHONE_OR_EMAIL = auto()  # contains a telephone number or an email address
    NUMBER_LABEL = auto()  # "Office:"
    DETAIL = auto()  # only a time, a number or a postal address
    TEXT = auto()  # anything else: title, subtitle, name, letterhead


@dataclass(frozen=True)
class HeaderToken:
    """One piece of the header: `value` is its text without the label, `number` its source line."""

    role: Role
    text: str
    value: str
    number: int
    after_blank: bool


@dataclass(frozen=True)
class DateOnlyLine:
    """A line with nothing but a date: `other_words` surround it, `city` is among them.

    `is_posting_date` marks the date of a page, which may be later than the release.
    """

    printed: dates.PrintedDate
    other_words: str
    city: str
    is_posting_date: bool


def split_into_tokens(line: Line) -> list[HeaderToken]:
    """Return the tokens of one header line."""
    tokens = []
    for index, text in enumerate(_split_texts(line.raw)):
        role, value = classify(text)
        tokens.append(HeaderToken(role, text, value, line.first, line.after_blank and index == 0))
    return tokens


@lru_cache(maxsize=1024)  # several steps read the same lines
def _split_texts(raw: str) -> tuple[str, ...]:
    return tuple(text for column in _split_columns(raw) for text in _split_labels(column))


@lru_cache(maxsize=1024)
def classify(text: str) -> tuple[Role, str]:
    """Return the text's role in a header, and its value without the label."""
    for role, read in _CLASSIFIERS:
        value = read(text)
        if value is not None:
            return role, value
    return Role.TEXT, text


@lru_cache(maxsize=1024)
def parse_date_line(text: str, is_labeled: bool = False) -> DateOnlyLine | None:
    """Parse a line that only has a date; None for an event, an embargo or a headline.

    Below a label such as "Date:" a weekday and a time are a mail's, not an event's.
    """
    found = dates.find(text)
    if len(found) != 1:
        return None
    printed = found[0]
    around = collapse(text[: printed.start] + " " + text[printed.end :])
    other_words = collapse(one_line_details.STAMP.sub(" ", around, count=1))
    if _TIME.search(other_words):
        return None
    is_stamped = other_words != around
    may_be_event = is_stamped and not is_labeled and _EVENT_TIME.search(text)
    if may_be_event and not phrases.POSTED.match(other_words):
        return None
    is_posted = is_stamped or bool(phrases.POSTED.fullmatch(other_words))
    if phrases.POSTED.fullmatch(other_words) or phrases.RELEASE_LABEL.fullmatch(other_words):
        return DateOnlyLine(printed, around, "", is_posted)
    if _WORDS_AROUND_DATE.fullmatch(other_words):
        return DateOnlyLine(printed, around if is_stamped else "", "", is_posted)
    place = None if is_stamped else datelines.parse_place(other_words)
    return DateOnlyLine(printed, other_words, place[0], is_posted) if place else None


def read_date(token: HeaderToken) -> DateOnlyLine | None:
    """Return the date of a token with that role, if it is a full date."""
    return parse_date_line(token.value, is_labeled=token.value != token.text)


def _split_columns(raw: str) -> list[str]:
    """Split the line at wide gaps if one of the columns is recognized."""
    columns = [collapse(column) for column in _COLUMN_GAP.split(raw.strip())]
    if (label := phrases.FIELD.fullmatch(columns[0])) and not label["value"]:
        columns[:2] = [" ".join(columns[:2])]
    is_known = any(classify(column)[0] is not Role.TEXT for column in columns)
    return columns if is_known else [collapse(raw)]


def _split_labels(text: str) -> Iterator[str]:
    """Split the text after release labels and before a contact label."""
    while not embargoes.is_stated(text) and (run_in := phrases.split_run_in_label(text)):
        label, text = run_in
        yield label
    inside = None if phrases.CONTACT.fullmatch(text) else phrases.CONTACT_INSIDE.search(text)
    if inside:
        yield from _split_glued(text[: inside.start()].strip())
        yield from _split_glued(text[inside.end() :])
    else:
        yield from _split_glued(text)


def _split_glued(text: str) -> list[str]:
    """Split a date from the name or number in the same line: `Jane DoeMay 3, 2012 555-010-0100`."""
    if len(text) > _MAX_DETAIL_LENGTH or not _YEAR.search(text):
        return [text]
    apart = _GLUED_DATE.sub(" ", text)
    has_number = contacts.has_phone_or_email(text)
    found = dates.find(apart) if has_number or apart != text else []
    if len(found) != 1:
        return [text]
    above = apart[: found[0].start].strip(_GLUE)
    below = apart[found[0].end :].strip(_GLUE)
    if any(word.islower() and "@" not in word for word in [*above.split(), *below.split()]):
        return [text]
    # A date between a name and a number would keep them apart.
    return [each for each in (found[0].words, above, below) if each]


def _match_field(*names: str) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        match = phrases.FIELD.fullmatch(text)
        is_named = match and (not names or collapse(match["name"].lower()) in names)
        return match["value"] if match and is_named else None

    return read


def _match_other_field(text: str) -> str | None:
    value = _match_field()(text)
    return value if _match_field("from")(text) is None else None  # which may be a headline


def _match_subject(text: str) -> str | None:
    value = _match_field("subject", "re", "asunto", "objet")(text)
    return value if value and classify(value)[0] is Role.TEXT else None


def _match_pattern(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: "" if pattern.fullmatch(text) else None


def _match_embargo(text: str) -> str | None:
    return "" if embargoes.is_stated(text) else None


def _match_contact(text: str) -> str | None:
    match = phrases.CONTACT.fullmatch(text)
    return match["rest"] if match else None


def _match_information(text: str) -> str | None:
    match = phrases.INFORMATION.fullmatch(text)
    is_contact = match and (not match["rest"] or contacts.has_phone_or_email(match["rest"]))
    return match["rest"] if match and is_contact and not _is_headline(text) else None


def _is_headline(text: str) -> bool:
    """Return whether the text is no sender: `From: Room 5, 555-010-0100, to Stage: How It Began`"""
    words_below = text[contacts.block_end(text) :].split()
    return bool(_match_field("from")(text)) and len(words_below) >= _LEAST_WORDS_OF_HEADLINE


def _match_date(text: str) -> str | None:
    return text if len(text) <= _MAX_DETAIL_LENGTH and parse_date_line(text) else None


def _match_sent(text: str) -> str | None:
    label, _, value = text[:_MAX_DETAIL_LENGTH].partition(":")
    is_dated = label.strip().lower() == "sent" and parse_date_line(value.strip(), is_labeled=True)
    return value.strip() if is_dated else None


def _match_part_of_date(text: str) -> str | None:
    return text if one_line_details.is_part_of_date(text) else None


def _match_newsletter(text: str) -> str | None:
    return "" if phrases.is_newsletter(text) else None


def _match_detail(text: str) -> str | None:
    return text if one_line_details.is_detail(text) else None


def _match_phone_or_email(text: str) -> str | None:
    is_short = len(text) <= _MAX_DETAIL_LENGTH and not _is_headline(text)
    return text if is_short and contacts.has_phone_or_email(text) else None


# The first match decides the role.
_CLASSIFIERS: tuple[tuple[Role, Callable[[str], str | None]], ...] = (
    (Role.RELEASE_LABEL, _match_pattern(phrases.RELEASE_LABEL)),
    (Role.IGNORED, _match_embargo),
    (Role.IGNORED, _match_pattern(phrases.GENRE_WORD)),
    (Role.IGNORED, _match_pattern(phrases.ATTENTION)),
    (Role.IGNORED, _match_pattern(phrases.UPDATED)),
    (Role.IGNORED, _match_pattern(phrases.END_LINE)),
    (Role.TITLE, _match_field("title", "headline", "título", "titular")),
    (Role.TITLE, _match_subject),
    (Role.SUBTITLE, _match_field("subtitle", "subheadline", "sub-headline", "subtítulo")),
    (Role.DATE, _match_field("date", "fecha", "release date", "date issued", "issued", "released")),
    (Role.DATE, _match_sent),
    (Role.DATE, _match_date),
    (Role.DATE, _match_part_of_date),
    (Role.CONTACT, _match_information),
    (Role.IGNORED, _match_other_field),
    (Role.CONTACT, _match_contact),
    (Role.IGNORED, _match_pattern(phrases.CASE_NUMBER)),
    (Role.NUMBER_LABEL, _match_pattern(phrases.NUMBER_LABEL)),
    (Role.IGNORED, _match_pattern(phrases.PAGE_CHROME)),
    (Role.IGNORED, _match_pattern(phrases.PUNCTUATION)),
    (Role.IGNORED, _match_newsletter),
    (Role.PHONE_OR_EMAIL, _match_phone_or_email),
    (Role.DETAIL, _match_detail),
)
