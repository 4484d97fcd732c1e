"""Several releases in one text: each with its own header, title and text."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from releases.parsing import datelines, headers, lines, phrases
from releases.parsing.header_tokens import Role, classify
from releases.parsing.parser import ParsedRelease, parse

_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n]|\Z)")
_MAX_HEADER = 15  # lines
_MAX_LABEL = 120  # characters
_MIN_SIZE = 80  # characters of a whole release
_MAX_LABELS = 5  # in a header
_MAX_READ = 8_000  # characters that are read of a possible release
# Places that may prove to begin no release: at first, and for each release that is found.
_MAX_FAILURES, _MAX_FAILURES_EACH = 100, 4


def split(text: str) -> list[str]:
    """Return the releases of a text; the text itself if it is one, or if a part is not whole.

    A second copy of a release, such as its translation, is no release of its own.
    """
    found = [line for line in _LINE.findall(text) if line]
    words = [line.strip() for line in found]
    starts = [0]
    above: ParsedRelease | None = None
    ends = [*(index for index, text in enumerate(words) if _is_end(text)), len(words)]
    places = [*_candidates(words), *[len(found)] * _MAX_LABELS]
    failures = 0
    for start, limit in zip(places, places[_MAX_LABELS:], strict=False):
        if start <= starts[-1]:
            continue
        if failures > _MAX_FAILURES + _MAX_FAILURES_EACH * len(starts):
            break
        below = _read(found[start : min(limit, _next_end(ends, start))])
        above = above or parse("".join(found[starts[-1] : start]))
        if _is_whole(above) and _is_whole(below) and _is_other(above, below):
            starts.append(start)
            above = below
        else:
            failures += 1
    pieces = ["".join(found[a:b]) for a, b in zip(starts, [*starts[1:], None], strict=True)]
    return pieces if len(pieces) > 1 else [text]


def _candidates(words: Sequence[str]) -> Iterator[int]:
    """Yield where a release may begin: below an end mark, or at the label that the first bears."""
    prose = next((n for n, text in enumerate(words) if headers.is_sentence(text)), len(words))
    prose = min(prose, _MAX_HEADER)
    head = [text.casefold() for text in words[:prose] if _is_label(text)]
    for index, text in enumerate(words):
        if index and text and _is_end(text):
            if (start := _below_end(words, index + 1)) is not None:
                yield start
        elif index > prose and head and text.casefold() in head:
            yield index


def _read(found: Sequence[str]) -> ParsedRelease:
    return parse("".join(found[:_MAX_READ])[:_MAX_READ])


def _next_end(ends: Sequence[int], start: int) -> int:
    """Return the index below the next end mark; the last of `ends` is below the text."""
    return ends[bisect_right(ends, start)] + 1


def _below_end(words: Sequence[str], start: int) -> int | None:
    """Return where a header begins below an end mark and the last release's contact and notes."""
    size = sum(map(len, words[start : start + 200]))
    filled = (index for index in range(start, len(words)) if words[index])
    near = list(islice(filled, _MAX_HEADER))
    prose = next((n for n, index in enumerate(near) if headers.is_sentence(words[index])), None)
    roles = [_role(words[index]) for index in near]
    marks = [n for n, role in enumerate(roles) if role in (Role.RELEASE_LABEL, Role.DATE)]
    if size < _MIN_SIZE or not marks:
        return None
    label = next((n for n, role in enumerate(roles) if role is Role.RELEASE_LABEL), None)
    is_below_notes = prose is not None and label is not None and prose < label
    is_below_contact = (
        label is not None and roles[0] is Role.CONTACT and Role.CONTACT in roles[label:]
    )
    return near[label] if label is not None and (is_below_notes or is_below_contact) else near[0]


def _role(text: str) -> Role:
    return classify(lines.collapse(text))[0] if len(text) <= _MAX_LABEL else Role.TEXT


def _is_end(text: str) -> bool:
    return len(text) <= _MAX_LABEL and bool(phrases.END_LINE.fullmatch(text))


def _is_label(text: str) -> bool:
    return bool(text) and len(text) <= _MAX_LABEL and bool(phrases.RELEASE_LABEL.fullmatch(text))


def _is_whole(parsed: ParsedRelease) -> bool:
    """Return whether the release has a title, a text, and a date or a dateline."""
    paragraphs = parsed.body.split("\n\n")
    is_prose = any(headers.is_sentence(each) or datelines.find(each) for each in paragraphs)
    return bool(parsed.title and is_prose and (parsed.date or parsed.dateline))


def _is_other(above: ParsedRelease, below: ParsedRelease) -> bool:
    same_language = above.language == below.language
    return same_language and above.title.casefold() != below.title.casefold()
