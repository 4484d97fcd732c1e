"""Word by word, what differs between two texts of a release.

Texts are compared as they are stored, marks of links and emphasis included, so that a changed
address of a link shows too. White space never differs; a paragraph's break does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal, NamedTuple

from releases.text.remarks import remark

# A word with its inner marks (don't, 2,000, cross-border), or one mark alone.
_TOKEN = re.compile(r"\w+(?:[’'.,-]\w+)*|[^\w\s]")
# A run of blanks with two line ends in it, looked at once: from its head, never from its middle.
_BETWEEN_PARAGRAPHS = re.compile(r"(?<!\s)[^\S\n]*+\n[^\S\n]*+\n\s*+")
_BREAK = "\n\n"
# Above this product of its lengths a changed passage is shown as wholly replaced: difflib's time
# grows with it, on repetitive texts with its square.
_LARGEST_TABLE = 1_000_000

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼ`", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—―", "-"),
        "…": "...",
    }
)


class Segment(NamedTuple):
    """A run of words that stands in both texts, or only in the later or the earlier one."""

    kind: Literal["same", "added", "dropped"]
    text: str


Paragraph = tuple[Segment, ...]


@dataclass(frozen=True)
class Change:
    """What became of one part of a release: the name it has for readers, and its paragraphs."""

    part: str
    paragraphs: tuple[Paragraph, ...]


class _Token(NamedTuple):
    """`word` is compared; `text`, with the white space behind it, is shown."""

    word: str
    text: str


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The parts that differ between two snapshots of a release, in the order of the page."""
    earlier, later = parts(before), parts(after)
    return [
        Change(part, differences(earlier[part], later[part]))
        for part in later
        if _words(earlier[part]) != _words(later[part])
    ]


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of the parts that differ between two snapshots, white space included."""
    earlier, later = parts(before), parts(after)
    return [part for part in later if earlier[part] != later[part]]


def count(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How many words differ between two snapshots; a replaced word counts once."""
    return sum(
        _changed_words(paragraph)
        for change in compare(before, after)
        for paragraph in change.paragraphs
    )


def is_typographic(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two snapshots say the same: only white space, quotation marks, dashes and what is
    not read as text (topics, the address) differ."""
    return _plain_words(before) == _plain_words(after)


def parts(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """What a snapshot says, by the name that readers know each part by."""
    sections = (
        _BREAK.join(filter(None, (section["heading"], section["body"])))
        for section in snapshot["sections"]
    )
    return {
        remark("Title"): snapshot["title"],
        remark("Subtitle"): snapshot["subtitle"],
        remark("Date"): snapshot["date"] or "",
        remark("Dateline"): snapshot["dateline"],
        remark("Contact"): snapshot["contact"],
        remark("Text"): snapshot["body"],
        remark("Sections"): _BREAK.join(sections),
        remark("End mark"): snapshot["end_mark"],
        remark("Language"): snapshot["language"],
        remark("Topics"): ", ".join(snapshot["topics"]),
        remark("Images"): _BREAK.join(map(_file, snapshot.get("images", ()))),
        remark("Documents"): _BREAK.join(map(_file, snapshot.get("attachments", ()))),
    }


def _file(snapshot: Mapping[str, Any]) -> str:
    """What is printed with a file; its hash tells that another one stands in its place."""
    words = ("title", "caption", "alt", "credit", "rights")
    printed = [snapshot[name] for name in words if snapshot.get(name)]
    return " · ".join((*printed, f"SHA-256 {snapshot['sha256'][:16]}"))


def differences(before: str, after: str) -> tuple[Paragraph, ...]:
    """Both texts in one, paragraph by paragraph; a paragraph that goes or comes stands alone."""
    tokens = list(_align(_tokens(before), _tokens(after)))
    return tuple(
        _segments(run)
        for is_break, run in groupby(tokens, key=lambda pair: pair[1].word == _BREAK)
        if not is_break
    )


def _tokens(text: str) -> list[_Token]:
    """Words and marks, with a token for each break between paragraphs."""
    tokens: list[_Token] = []
    for paragraph in _BETWEEN_PARAGRAPHS.split(text.strip()):
        found = list(_TOKEN.finditer(paragraph))
        if not found:
            continue
        ends = [match.start() for match in found[1:]] + [len(paragraph)]
        if tokens:
            tokens.append(_Token(_BREAK, _BREAK))
        tokens += (
            _Token(match[0], paragraph[match.start() : end])
            for match, end in zip(found, ends, strict=True)
        )
    return tokens


def _align(before: Sequence[_Token], after: Sequence[_Token]) -> Iterator[tuple[str, _Token]]:
    """Every token of both texts in reading order, with the kind of its segment.

    Whole paragraphs are aligned first, then the words of the passages that differ: time stays
    in hand on long texts.
    """
    for same, left, right in _blocks(_paragraphs(before), _paragraphs(after)):
        earlier, later = _flat(left), _flat(right)
        for block in [(True, earlier, later)] if same else _blocks(earlier, later):
            yield from _with_kinds(*block)


def _with_kinds(
    same: bool, before: Sequence[_Token], after: Sequence[_Token]
) -> Iterator[tuple[str, _Token]]:
    """Of what was replaced, the earlier words first."""
    if not same:
        yield from (("dropped", token) for token in before)
    yield from (("same" if same else "added", token) for token in after)


def _blocks(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[bool, Any, Any]]:
    """Runs that are the same and runs that differ, in order.

    What both begin and end with is set apart first, so that a small change in a long text is found
    exactly and at once.
    """
    left, right = _keys(before), _keys(after)
    head = _shared(left, right)
    tail = _shared(left[head:][::-1], right[head:][::-1])
    i, j = len(left) - tail, len(right) - tail
    yield True, before[:head], after[:head]
    if (i - head) * (j - head) > _LARGEST_TABLE:
        yield False, before[head:i], after[head:j]
    else:
        matcher = SequenceMatcher(None, left[head:i], right[head:j])
        for tag, a, b, c, d in matcher.get_opcodes():
            yield tag == "equal", before[head + a : head + b], after[head + c : head + d]
    yield True, before[i:], after[j:]


def _shared(left: Sequence[Any], right: Sequence[Any]) -> int:
    """How many items both begin with."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(left), len(right)))


def _keys(items: Sequence[Any]) -> list[Any]:
    """What is compared of tokens, and of paragraphs, which are lists of them."""
    return [
        item.word if isinstance(item, _Token) else tuple(token.word for token in item)
        for item in items
    ]


def _paragraphs(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """Each with the break that ends it."""
    found: list[list[_Token]] = [[]]
    for token in tokens:
        found[-1].append(token)
        if token.word == _BREAK:
            found.append([])
    return [paragraph for paragraph in found if paragraph]


def _flat(paragraphs: Sequence[Sequence[_Token]]) -> list[_Token]:
    return [token for paragraph in paragraphs for token in paragraph]


def _segments(pairs: Iterator[tuple[Any, _Token]]) -> Paragraph:
    """Neighbours of one kind in one segment."""
    return tuple(
        Segment(kind, "".join(token.text for _, token in run))
        for kind, run in groupby(pairs, key=lambda pair: pair[0])
    )


def _changed_words(paragraph: Paragraph) -> int:
    """A replaced run counts as many words as the longer of its two sides."""
    total = 0
    for same, run in groupby(paragraph, key=lambda segment: segment.kind == "same"):
        if not same:
            sides = Counter[str]()
            for segment in run:
                sides[segment.kind] += sum(word[0].isalnum() for word in _words(segment.text))
            total += max(sides.values())
    return total


def _words(text: str) -> list[str]:
    return [token.word for token in _tokens(text)]


def _plain_words(snapshot: Mapping[str, Any]) -> dict[str, list[str]]:
    read = {name: text for name, text in parts(snapshot).items() if name != "Topics"}
    return {name: _TOKEN.findall(text.translate(_TYPOGRAPHY)) for name, text in read.items()}
