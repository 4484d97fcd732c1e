"""Header of a release: its end, and its fields in any order."""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from releases.parsing import (
    contact_blocks,
    contacts,
    datelines,
    dates,
    header_tokens,
    memos,
    one_line_details,
    phrases,
    release_dates,
    titles,
)
from releases.parsing.datelines import Dateline
from releases.parsing.embargoes import Embargo
from releases.parsing.header_tokens import HeaderToken, Role
from releases.parsing.lines import Line
from releases.parsing.warnings import ParseWarning

_MAX_HEADER_LINES = 60  # lines, including page chrome
_MAX_SUBTITLE_LENGTH = 250  # characters of a sentence above the dateline
_MAX_DATE_LENGTH = 60  # characters, including the weekday
_MAX_TITLE_LENGTH = 400  # characters without a period
_LEAST_WORDS, _LEAST_CASELESS_WORDS = 8, 4  # of a sentence; a title has no full stop there
_ENDS_CHINESE_SENTENCE = re.compile(r"[。！？][」』”）]?$")
_ENDS_SENTENCE = re.compile(r"[.!:;…؟۔][”’\"')\]]*$|[,.!?][”\"]$")


@dataclass(frozen=True)
class Header:
    """Fields above the body; `left_out` are the tokens that belong to no field, `later` is a day of
    release after the date."""

    title: str
    subtitle: str
    date: datetime.date | None
    dateline: str
    contact: tuple[str, ...]
    left_out: tuple[HeaderToken, ...]
    warnings: tuple[ParseWarning, ...]
    later: Embargo | None = None
    correction: tuple[str, ...] = ()  # its label, then the note


def parse(
    lines: Sequence[Line], dateline: Dateline | None, embargoed: Sequence[Embargo] = ()
) -> Header:
    """Parse the lines above the body.

    `dateline` is the body's; it gives the place, and the date if the header has none.
    """
    tokens = [token for line in lines for token in header_tokens.split_into_tokens(line)]
    correction = _take_correction(tokens)
    subjects = memos.read_labels(tokens)
    contact_blocks.keep_headings(tokens)
    block = contact_blocks.find(tokens)
    memos.keep_headline(tokens, block, subjects)
    memos.leave_out_senders(tokens, block)
    _keep_only_title(tokens, block)
    rest = [token for index, token in enumerate(tokens) if index not in block]
    found = release_dates.choose(rest, dateline.date if dateline else None, embargoed)
    place = dateline.city if dateline else found.city
    title, subtitles, untitled = _choose_titles(tokens, block)
    left_out = [
        token
        for index, token in enumerate(tokens)
        if index in untitled
        or not token.value
        or token.role is Role.IGNORED
        or (token.role in (Role.PHONE_OR_EMAIL, Role.DETAIL) and index not in block)
        or (
            token.role is Role.DATE
            and index not in block
            and _adds_information(token, found.date, place)
        )
    ]
    return Header(
        title=title,
        subtitle="\n".join(subtitles),
        date=found.date,
        dateline=place,
        contact=tuple(contact_blocks.printed_lines(tokens, block)),
        left_out=tuple(left_out),
        warnings=found.warnings,
        later=found.later,
        correction=tuple(token.text for token in correction),
    )


def _take_correction(tokens: list[HeaderToken]) -> list[HeaderToken]:
    """Remove and return the label of a corrected copy and the note below it, if there is one."""
    for index, token in enumerate(tokens):
        if phrases.CORRECTION.fullmatch(token.text):
            end = index + 1
            while end < len(tokens) and _is_correction_note(tokens[end]):
                end += 1
            found = tokens[index:end] if end > index + 1 else []
            del tokens[index : index + len(found)]
            return found
    return []


def _is_correction_note(token: HeaderToken) -> bool:
    return token.role is Role.TEXT and bool(phrases.CORRECTION_NOTE.fullmatch(token.text))


def _keep_only_title(tokens: list[HeaderToken], block: set[int]) -> None:
    """Make the only genre a title if nothing else can be one: `Reminder`."""
    free = (token.role for index, token in enumerate(tokens) if index not in block)
    genres = [i for i, token in enumerate(tokens) if phrases.GENRE_WORD.fullmatch(token.text)]
    if len(genres) == 1 and not {Role.TITLE, Role.TEXT} & {*free}:
        token = tokens[genres[0]]
        tokens[genres[0]] = replace(token, role=Role.TEXT, value=token.text)


def _choose_titles(
    tokens: Sequence[HeaderToken], block: set[int]
) -> tuple[str, list[str], set[int]]:
    """Return the title, the subtitles and the indexes of unused text tokens."""
    free = [i for i, token in enumerate(tokens) if token.role is Role.TEXT and i not in block]
    title, subtitles, unused = titles.choose(tokens, free)
    labeled = [token.value for token in tokens if token.role is Role.TITLE]
    if labeled:
        title, subtitles = " ".join(labeled), [title, *subtitles]
    subtitles = [token.value for token in tokens if token.role is Role.SUBTITLE] + subtitles
    distinct = dict.fromkeys(each for each in subtitles if each and each != title)
    return title, list(distinct), set(unused)


def _adds_information(token: HeaderToken, date: datetime.date | None, place: str) -> bool:
    """Return whether a date line has more than the release's date and place."""
    line = header_tokens.read_date(token)
    return line is None or line.printed.date != date or line.other_words not in ("", place)


def split_run_in_labels(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines, splitting a release label or date from the first sentence it runs into."""
    is_header = True
    for line in lines:
        head = ""
        while is_header and (run_in := _match_run_in(line.text, is_labeled=bool(head))):
            head, rest = run_in
            yield line.with_text(head)
            line = line.with_text(rest)
        is_header = is_header and not _is_lead(line.text)
        yield line


def _match_run_in(text: str, is_labeled: bool) -> tuple[str, str] | None:
    """Split a label or date from the lead that follows it."""
    # A date without a label must precede a dateline: "September 11, 2001 changed …" does not date
    # a release.
    found = phrases.split_run_in_label(text)
    if found:
        return found if _is_lead(found[1]) else None
    if contact := split_run_in_contact(text):
        return contact
    printed = next(iter(dates.find(text[:_MAX_DATE_LENGTH])), None)
    if printed is None or printed.start > 0:
        return None
    rest = text[printed.end :].lstrip(" ,;:|–—-")
    is_lead = datelines.find(rest) or (is_labeled and is_sentence(rest))
    return (text[: printed.end], rest) if is_lead else None


def split_run_in_contact(text: str) -> tuple[str, str] | None:
    """Split a labeled contact from the lead that follows its number."""
    if not phrases.CONTACT.fullmatch(text) or not (end := contacts.block_end(text)):
        return None
    rest = text[end:].lstrip(" ,;.|–—-")
    return (text[:end], rest) if rest and _is_lead(rest) else None


def _is_lead(text: str) -> bool:
    """Return whether a release can begin with the text."""
    return datelines.find(text) is not None or is_sentence(text)


def find_body_start(lines: Sequence[Line]) -> int:
    """Return the index of the first line of the body."""
    start = _after_content_label(lines)
    if start is None:
        start = _guess_body_start(lines)
    for index, line in enumerate(lines[start : start + 4], start):
        dateline = datelines.find(line.text)
        if dateline and (index == start or not dateline.has_only_dash):
            return index
        if len(line.text) > _MAX_SUBTITLE_LENGTH or (index > start and _ends_deck(line.text)):
            break
    return start


def _ends_deck(text: str) -> bool:
    return bool(phrases.END_LINE.fullmatch(text) or phrases.FOR_RELEASE.fullmatch(text))


def _after_content_label(lines: Sequence[Line]) -> int | None:
    for index, line in enumerate(lines[:_MAX_HEADER_LINES]):
        if phrases.CONTENT_LABEL.fullmatch(line.text):
            return index + 1
    return None


def _guess_body_start(lines: Sequence[Line]) -> int:
    """Return the first sentence, else the line after the first possible title."""
    header = lines[:_MAX_HEADER_LINES]
    for index in range(len(header)):
        if _begins_body(header, index):
            return index
    texts = [index for index, line in enumerate(header) if _is_text_only(line)]
    return texts[1] if len(texts) > 1 else len(header)


def _begins_body(lines: Sequence[Line], index: int) -> bool:
    text = lines[index].text
    dateline = datelines.find(text)
    if phrases.ADVISORY.match(text) or _is_event_date(lines, index):
        return True
    if dateline and (is_sentence(text) or not dateline.has_only_dash):
        return True
    if index and phrases.CORRECTION.fullmatch(lines[index - 1].text):
        return False
    is_text = len(text) > _MAX_TITLE_LENGTH or _is_text_only(lines[index])
    return is_sentence(text) and is_text and not _is_above_date(lines, index)


def _is_event_date(lines: Sequence[Line], index: int) -> bool:
    """Recognize the date of an event: `Date: June 5` above `Time: 7 p.m.`"""
    text = lines[index].text
    near = [line.text for line in lines[index + 1 : index + 4]]
    has_detail = any(map(phrases.EVENT_DETAIL.match, near))
    is_above_advisory = any(map(phrases.ADVISORY.match, near[:1]))
    has_time = is_above_advisory and one_line_details.STAMP.search(text)
    return bool(phrases.FIELD.fullmatch(text) and (has_detail or has_time))


def is_sentence(text: str) -> bool:
    """Return whether the text is one or more sentences, not a title, heading, tag or list item."""
    is_whole = len(text) > _MAX_TITLE_LENGTH or _is_ended(text)
    return is_whole and datelines.reads_as_prose(text)


def _is_ended(text: str) -> bool:
    if _ENDS_CHINESE_SENTENCE.search(text[-4:]):
        return True
    is_cased = text.lower() != text.upper()
    least = _LEAST_WORDS if is_cased else _LEAST_CASELESS_WORDS
    return len(text.split()) >= least and bool(_ENDS_SENTENCE.search(text[-20:]))


def _is_text_only(line: Line) -> bool:
    return all(token.role is Role.TEXT for token in header_tokens.split_into_tokens(line))


def _is_above_date(lines: Sequence[Line], index: int) -> bool:
    """Recognize a title with a period: just above a date line or a release label."""
    if len(lines[index].text) > _MAX_SUBTITLE_LENGTH:
        return False
    roles = {
        token.role
        for line in lines[index + 1 : index + 3]
        for token in header_tokens.split_into_tokens(line)
    }
    return bool(roles & {Role.DATE, Role.RELEASE_LABEL})
