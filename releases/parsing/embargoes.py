"""Stated embargoes: the time before which a text must not be published.

A statement is a line, or a line broken over several, in the words of press offices: "EMBARGOED
UNTIL 10 a.m. EST Tuesday, January 13, 2037". The word in a headline or in prose is not a statement.
An unclear statement is still an embargo, without a moment.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from releases.parsing import moments, phrases
from releases.parsing.alternatives import phrase_pattern
from releases.parsing.lines import Line
from releases.parsing.lines import read as read_lines
from releases.parsing.moments import PrintedMoment

_FIRST_LINES = 25  # non-blank lines; further down only a statement with a day counts
_MAX_CONTINUATION_LINES = 3  # lines of a statement after its first
_MAX_LENGTH = 200  # characters of a statement
_MAX_WORDS = 20  # of a statement without a time; a longer text is prose

_EDGE = r"[\W_]{0,9}"
_LEAD_WORDS = phrase_pattern(
    """
    please, note, notice, for release, for immediate release, media advisory, photo release, this,
    these, the, all, attached, following, enclosed, accompanying, information, materials, material,
    release, press release, news release, media release, report, data, document, documents, news,
    draft, advance, confidential, press, media, content, contents, story, statement, study, in,
    contained, herein, here, is, are,
    under, strictly, strict, to, editors, attention, editors note, editor's note,
    para publicación, esta, este, información, comunicado, está, nota, la, el
    """
)
_UNTIL = r"(?:un)?till?\b|['’]til\b|before\b|prior\s+to\b|hasta\b|antes\s+del?\b"
_USES = r"(?:release|publication|broadcast|use|distribution)"
_USED = (
    r"(?:released?|publish(?:ed)?|broadcast|used?|distributed?|print(?:ed)?|post(?:ed)?|air(?:ed)?)"
)
_END = r"[\s.*:!\])_–—-]*$"
_PART = r"(?:(?:a\.?m|morning)(?:\.?['’]?s)?|(?P<pm>(?:p\.?m|afternoon)(?:\.?['’]?s)?))\b\.?"
_NOT_YET = (
    r"(?:only\s+)?(?:on\s+(?:or|and)\s+after|at\s+or\s+after|after|not\s+(?:before|until)"
    r"|(?:not|no)\s+(?:earlier|sooner)\s+than)\b"
)
_AFTER_LEAD = rf"{_EDGE}(?:(?:{_LEAD_WORDS})\b[\s:,–—-]*+){{0,8}}+"

# Words that state an embargo, whatever follows.
_STATED = re.compile(
    rf"{_AFTER_LEAD}(?:"
    rf"embargoed(?:{_END}|\s*[:–—]|\s+(?:for\s+)?(?:{_UNTIL}|{_USES}\b|after\b))"
    # The lead uses a possessive quantifier, so it may have consumed the words before this.
    rf"|(?:(?<=under\s)|(?<=strict\s)|(?:under|strict)\s+(?:strict\s+)?)embargo\s+(?:{_UNTIL})"
    rf"|embargo(?:{_END}|(?:\s+(?:date|time|until|till))*\s*:)"
    rf"|embargo\s+(?:on\s+(?:the|this|all)\s+)?(?:release|information)\s+(?:{_UNTIL})"
    rf"|hold\s+(?:for|all)\s+{_USES}(?:{_END}|\s*[:–—,]|\s+(?:{_UNTIL}|on\b|at\b|after\b|for\b|(?=\d)))"
    rf"|(?:do\s+not|don['’]t|not\s+to\s+be|may\s+not\s+be|must\s+not\s+be|cannot\s+be)\s+"
    rf"{_USED}(?:(?:\s*,|\s*,?\s+(?:or|nor))\s+{_USED})*(?:\s+(?:this|it))?\s+(?:{_UNTIL})"
    rf"|not\s+for\s+{_USES}(?:\s+(?:or|nor)\s+{_USES})*"
    rf"(?:{_END}|\s*[:–—]|\s+(?:{_UNTIL}|at\b|on\b))"
    rf"|(?:embargad[oa]|no\s+(?:publicar|difundir|divulgar))(?:{_END}|\s*:|\s+(?:{_UNTIL}|al?\b))"
    rf")",
    re.IGNORECASE,
)
# Also these, whose words the lead would match, or which need no time.
_HELD = re.compile(
    rf"{_EDGE}(?:(?:advance|draft|strictly|please|note|copy|embargoed)[\s:,–—-]+){{0,2}}(?:"
    rf"(?:private\s+and\s+)?confidential\s+(?:{_UNTIL})"
    rf"|(?:under\s+)?(?:an?\s+)?(?:nda|non-?disclosure(?:\s+agreement)?)\s+(?:{_UNTIL})"
    rf"|(?:(?P<dates>for\s+{_USES})|available\s+for\s+{_USES}),?\s+{_NOT_YET}"
    rf"|release\s+at\s+will\s+after\b"
    rf"|for\s+(?:{_USES}\s+in\s+(?:the\s+)?)?{_PART}\s+(?:{_USES}|(?:news)?papers)\b"
    rf"|(?:advance|copy)[\s:,–—-]+for\s+{_USES}\b"
    rf"|para\s+(?:su\s+)?(?:publicación|publicarse)\s+(?:después\s+del?|a\s+partir\s+del?)\b)",
    re.IGNORECASE,
)
# A complete line: only an immediately stated end may follow.
_WHOLE = re.compile(
    rf"{_EDGE}(?:(?:advance|draft|strictly|please|note|copy|press\s+release|news\s+release"
    rf"|private\s+and)[\s:,–—-]+){{0,2}}(?:"
    rf"(?:do\s+not|don['’]t|not\s+to\s+be|no\s+to\s+be)\s+{_USED}"
    rf"(?:(?:\s*,|\s*,?\s+(?:or|nor))\s+{_USED})*(?:\s+(?:this|it))?"
    rf"|(?:for\s+)?(?:internal|official)\s+use(?:\s+only)?"
    rf"|not\s+for\s+(?:immediate|public)\s+{_USES}|not\s+yet\s+(?:for\s+{_USES}|released)"
    rf"|embargoed\s+(?:copy|materials?|(?:press\s+|news\s+|media\s+)?release|text|draft|advance|news)"
    rf"|advance\s+(?:copy|text)|hold\s+for\s+(?:arrival|delivery)|hold|confidential"
    rf"|for\s+{_USES}\s+(?:up)?on\s+(?:delivery|arrival)|draft(?:\s+(?:copy|only|release))?"
    rf"|no\s+(?:publicar|difundir|divulgar)|confidencial|borrador|(?:solo\s+)?para\s+uso\s+(?:interno|oficial)){_END}",
    re.IGNORECASE,
)
# Labels of a day, which is an embargo only while it is in the future.
_WITH_DAY = re.compile(
    rf"{_EDGE}(?:(?P<label>for\s+{_USES}(?:\s+on)?\b)|(?:public\s+|expected\s+|planned\s+|scheduled\s+)?release"
    rf"\s+(?:on|after)\b|(?:public|expected|planned|scheduled)\s+release(?:\s+date)?"
    rf"|available\s+for\s+{_USES}(?:\s+on)?\b)",
    re.IGNORECASE,
)
# Labels of an embargo only if a time follows; otherwise they are part of a headline.
_WITH_MOMENT = re.compile(
    rf"{_AFTER_LEAD}(?:embargo(?:ed)?|(?:with)?hold|advance\s+for|no\s+{_USES}\s+(?:{_UNTIL}))\b(?:\s+(?:{_UNTIL}|to|for|lifts?|ends?|expires?|on|at|date|time"
    rf"|release))*",
    re.IGNORECASE,
)
# Labels that also date the release; without a time of day they state no embargo.
_WITH_TIME = re.compile(
    rf"{_EDGE}(?:for\s+{_USES}(?:\s+(?:up)?on\s+delivery)?|release\s+at\s+will|to\s+be\s+(?:released|published)|release\s+(?:date|time|on|at|after)"
    r"|(?:date|time)\s+of\s+release|para\s+(?:su\s+)?(?:publicación|publicarse))\b",
    re.IGNORECASE,
)
_NO_EMBARGO = re.compile(
    rf"{_AFTER_LEAD}(?:embargo(?:ed)?\s*[:–—-]\s*(?:none|no|n/?a|not\s+applicable|lifted|ninguno)\W*$"
    r"|embargo\s+lifted(?:\s*:|\W*$))",
    re.IGNORECASE,
)
_INLINE_STATEMENT = re.compile(
    rf"(?:(?<!\s)\s++|(?<![\s|/(\[;*–—-]))[|/(\[;*–—-]++\s*+(?=(?:strictly\s+|under\s+)?(?:embargo(?:ed)?\s+(?:for|{_UNTIL})"
    rf"|hold\s+(?:for|{_UNTIL})|not\s+for\s+{_USES}\s+(?:{_UNTIL}))|embargo:)",
    re.IGNORECASE,
)
_CONTACT = re.compile(rf"{phrases.CONTACT_INSIDE.pattern}|(?<!\s)\s++\S+@", re.IGNORECASE)
_LABEL_ONLY = re.compile(
    rf"(?<!\W)\W*+(?:strict(?:ly)?\s+)?(?:embargo(?:ed)?(?:\s+copy)?|hold(?:\s+for\s+(?:arrival|delivery))?"
    rf"|(?:hold|not)\s+for\s+(?:immediate\s+)?{_USES}|for\s+{_USES}\s+(?:up)?on\s+delivery)\W*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}(?!\d)\W{0,9}")
_UNTIL_ONLY = re.compile(rf"{_EDGE}(?:{_UNTIL}|for\s+{_USES}\b)", re.IGNORECASE)
# Of a text in lowercase: parts of words, and words.
_HINTS = (
    *("embarg", "hold", "releas", "publi", "broadcast", "print", "post", "air", "difundir"),
    *("divulgar", "distribut", "confiden", "disclosure", "draft", "borrador", "advance", "papers"),
)
_INLINE_HINTS = ("embargo", "hold", "not")  # one of them is in each inline statement
_HINT_WORDS = re.compile(r"\b(?:used?|uso|nda)\b")
_IN_HINT_WORDS = ("use", "uso", "nda")


@dataclass(frozen=True)
class Embargo:
    """An embargo statement as printed; `printed` is None if its end is unclear.

    `is_release_date` marks a statement that is also the release's date; `is_stated` is False for a
    date with a time of day, which is an embargo only while it is in the future.
    """

    words: str
    printed: PrintedMoment | None
    is_release_date: bool = False
    is_stated: bool = True

    @property
    def date(self) -> datetime.date | None:
        """Release date that the statement gives, if its year is printed."""
        return self.printed.date if self.is_release_date and self.printed else None

    @property
    def is_label_only(self) -> bool:
        """Return whether it states an embargo without an end: "EMBARGOED"."""
        return self.printed is None and bool(_LABEL_ONLY.fullmatch(self.words))

    def moment(
        self, dated: datetime.date | None, office: datetime.tzinfo
    ) -> datetime.datetime | None:
        """Return the end of the embargo; date and time zone default to the release's and
        office's."""
        return self.printed.at(dated, office) if self.printed else None


def is_stated(text: str) -> bool:
    """Return whether a header line states an embargo, or the lack of one."""
    return _may_be_embargo(text) and (
        bool(_NO_EMBARGO.match(text[:_MAX_LENGTH])) or _parse(text) is not None
    )


def from_date(words: str) -> Embargo | None:
    """Read a record's date with a time of day; None without an unambiguous time."""
    printed = moments.parse(words) if len(words) <= _MAX_LENGTH else None
    return Embargo(words, printed, is_stated=False) if printed and printed.times else None


def stated_in(text: str) -> list[Embargo]:
    """Return the embargoes that a field's text states."""
    # Most texts are a line without a hint, in which cleaning changes nothing.
    is_clean = text.isascii() and text.isprintable() and "&" not in text
    if is_clean and len(text) <= _MAX_LENGTH and not _may_be_embargo(text):
        return []
    return extract(read_lines(text)[0])[1]


def extract(source: Iterable[Line]) -> tuple[list[Line], list[Embargo]]:
    """Return the lines, each statement merged into one, and the embargoes they state."""
    taken: list[Line] = []
    found: list[Embargo] = []
    rest = _split_inline(source)
    while len(taken) < len(rest):
        at = len(taken)
        size, embargo = _match_statement(rest, at)
        if embargo:
            found.append(embargo)
            rest[at : at + size] = [_merge_lines(rest[at : at + size])]
        taken.append(rest[at])
    return taken, found


def _split_inline(source: Iterable[Line]) -> list[Line]:
    """Split a statement in parentheses or after a dash from its line."""
    lines: list[Line] = []
    for index, line in enumerate(source):
        inside = _INLINE_STATEMENT.search(line.text) if _is_near_top(index, line) else None
        embargo = _parse(line.text[inside.end() :]) if inside and inside.start() else None
        if inside and embargo and embargo.printed:
            lines.append(line.with_text(line.text[: inside.start()]))
            line = line.with_text(line.text[inside.end() :])._replace(after_blank=False)
        lines.append(line)
    return lines


def _is_near_top(index: int, line: Line) -> bool:
    if index >= _FIRST_LINES or len(line.text) >= 2 * _MAX_LENGTH:
        return False
    words = line.text.lower()
    return any(map(words.__contains__, _INLINE_HINTS)) and _may_be_embargo(line.text)


def _match_statement(lines: Sequence[Line], at: int) -> tuple[int, Embargo | None]:
    """Return the number of lines of the statement at this line, and its embargo."""
    text = lines[at].text
    if not _may_be_embargo(text) or _strip_label(text) == text:
        return 0, None
    if at >= _FIRST_LINES:
        embargo = _parse(text) if _STATED.match(text) else None
        return 1, embargo if embargo and embargo.printed else None
    size = 1
    while (
        size <= _MAX_CONTINUATION_LINES
        and at + size < len(lines)
        and _continues(text, lines[at + size])
    ):
        text, size = f"{text} {lines[at + size].text}", size + 1
    embargo = _parse(text)
    if embargo is None:
        return 0, None
    if size > 1 and moments.scan(lines[at].text).times:
        # The line below may be the release's own date.
        embargo = replace(embargo, is_release_date=True)
    return size, embargo


def _continues(text: str, line: Line) -> bool:
    """Return whether a statement with an incomplete time continues on the next line."""
    if len(line.text) > _MAX_LENGTH:
        return False
    so_far = moments.scan(_strip_label(text))
    year = _YEAR.match(line.text) if any(day.year == 0 for day in so_far.days) else None
    if year and year.end() == len(line.text):
        return True
    below = moments.scan(line.text[year.end() if year else 0 :])
    has_time = _has_time(so_far)
    if not below.is_moment_only or not (below.has_any or _UNTIL_ONLY.match(line.text)):
        return False
    if (_LABEL_ONLY.fullmatch(text) or _WHOLE.match(text)) and not (
        _has_time(below) or _UNTIL_ONLY.match(line.text)
    ):
        return False  # a date below a bare label is the release's own
    if (so_far.days and below.days) or (has_time and _has_time(below)):
        return False
    return not (line.after_blank and (so_far.days or has_time))


def _has_time(found: moments.MomentScan) -> bool:
    """Return whether the scan found a time of day, clear or not."""
    return bool(found.times) or found.is_ambiguous


def _strip_label(text: str) -> str:
    patterns = (_WHOLE, _HELD, _STATED, _WITH_MOMENT, _WITH_TIME, _WITH_DAY)
    label = next((label for pattern in patterns if (label := pattern.match(text))), None)
    return text[label.end() :] if label else text


def _merge_lines(parts: Sequence[Line]) -> Line:
    """Merge lines into one, with its columns collapsed."""
    text = " ".join(part.text for part in parts)
    return parts[0].with_text(text)._replace(last=parts[-1].last)


def _may_be_embargo(text: str) -> bool:
    words = text[:_MAX_LENGTH].lower()
    # Most lines have none: looking for each is faster than one pattern.
    return any(map(words.__contains__, _HINTS)) or (
        any(map(words.__contains__, _IN_HINT_WORDS)) and bool(_HINT_WORDS.search(words))
    )


def _parse(text: str) -> Embargo | None:
    """Parse a statement."""
    words = _CONTACT.split(text[: 2 * _MAX_LENGTH], maxsplit=1)[0].strip()
    if len(words) > _MAX_LENGTH or _NO_EMBARGO.match(words):
        return None
    if _WHOLE.match(words):
        return Embargo(words, None)
    if label := _HELD.match(words) or _STATED.match(words):
        named = label.groupdict()
        printed = moments.parse(words[label.end() :] + (" 12 noon" if named.get("pm") else ""))
        is_prose = printed is None and len(words.split()) > _MAX_WORDS
        is_date = bool(named.get("dates") and printed)
        return None if is_prose else Embargo(words, printed, is_date)
    for pattern, is_date in ((_WITH_MOMENT, False), (_WITH_TIME, True)):
        if label := pattern.match(words):
            found = _parse_with_moment(words, words[label.end() :], is_date)
            if found:
                return found
    label = _WITH_DAY.match(words)
    return _with_day(words, words[label.end() :], not label["label"]) if label else None


def _with_day(words: str, rest: str, has_year: bool) -> Embargo | None:
    """Parse a label with a day; "FOR RELEASE" with a year is the release's own date."""
    found = moments.scan(rest)
    printed = moments.parse(rest) if found.is_moment_only else None
    if printed is None or bool(printed.year) > has_year:
        return None
    return Embargo(words, printed, is_release_date=bool(printed.year), is_stated=False)


def _parse_with_moment(words: str, rest: str, is_date: bool) -> Embargo | None:
    found = moments.scan(rest)
    has_time = _has_time(found)
    is_moment = has_time or (found.days and not is_date)
    is_clear = (
        found.is_moment_only or (is_date and moments.parse(rest)) or (has_time and words.isupper())
    )
    if not is_moment or not is_clear:
        return None
    return Embargo(words, moments.parse(rest), is_date)
