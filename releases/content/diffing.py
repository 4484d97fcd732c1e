"""Word by word, what differs between two texts of a release.

Texts are compared as they are stored, marks of links and emphasis included, so that a changed
address of a link shows too. White space never differs; a paragraph's break does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate, groupby, pairwise, starmap
from typing import Any, Literal, NamedTuple

from releases.content.messages import remark

# A word with its inner marks (don't, 2,000, cross-border), or one mark alone.
_TOKEN = re.compile(r"\w+(?:[’'.,-]\w+)*|[^\w\s]")
# A run of blanks with two line ends in it, looked at once: from its head, never from its middle.
_BETWEEN_PARAGRAPHS = re.compile(r"(?<!\s)[^\S\n]*+\n[^\S\n]*+\n\s*+")
_BREAK = "\n\n"
_TOKEN_OR_BREAK = re.compile(rf"{_TOKEN.pattern}|{_BREAK}")
# Above this product of its lengths a changed passage is shown as wholly replaced.
_LARGEST_TABLE = 1_000_000

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼ`", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—―", "-"),
        "…": "...",
    }
)


Kind = Literal["same", "added", "dropped"]


class Segment(NamedTuple):
    """A run of words that stands in both texts, or only in the later or the earlier one."""

    kind: Kind
    text: str


Paragraph = tuple[Segment, ...]


@dataclass(frozen=True)
class Change:
    """What became of one part of a release: the name it has for readers, and its paragraphs.

    Where a comparison word by word would have taken too long, `is_coarse`: whole passages are
    shown as replaced, whatever words they share.
    """

    part: str
    paragraphs: tuple[Paragraph, ...]
    is_coarse: bool = False


@dataclass
class Budget:
    """How many pairs of equal words a comparison may still look at, and whether it wanted more."""

    looks: int = 1_000_000
    is_overdrawn: bool = False

    def take(self, looks: int) -> bool:
        """Take as many, where there are as many left."""
        if looks > self.looks:
            self.is_overdrawn = True
            return False
        self.looks -= looks
        return True


class _Matcher(SequenceMatcher[Hashable]):
    """The matcher of difflib within a budget, since its time grows with the cube of the length of
    repetitive texts. What is beyond the budget does not match."""

    def __init__(
        self, before: Sequence[Hashable], after: Sequence[Hashable], budget: Budget
    ) -> None:
        super().__init__(None, before, after)
        self.budget = budget
        counts = Counter(after)
        self.looks = [0, *accumulate(counts[item] + 1 for item in before)]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """The longest run that both have there, or an empty one."""
        end = len(self.looks) - 1 if ahi is None else ahi
        if self.budget.take(self.looks[end] - self.looks[alo]):
            return super().find_longest_match(alo, ahi, blo, bhi)
        return Match(alo, blo, 0)


class _Text:
    """The words and marks of a text, with one for each break between paragraphs."""

    def __init__(self, text: str) -> None:
        self.text = _BETWEEN_PARAGRAPHS.sub(_BREAK, text.strip())
        found = [(match[0], match.start()) for match in _TOKEN_OR_BREAK.finditer(self.text)]
        self.words = [word for word, _ in found]
        self.starts = [start for _, start in found] + [len(self.text)]

    def passage(self, words: range) -> str:
        """These words, with the white space after each."""
        return self.text[self.starts[words.start] : self.starts[words.stop]]

    def paragraphs(self) -> list[range]:
        """The words of each paragraph, with the break that ends it."""
        breaks = [number for number, word in enumerate(self.words, 1) if word == _BREAK]
        return [*starmap(range, pairwise((0, *breaks, len(self.words))))] if self.words else []

    def keys(self, paragraphs: Sequence[range]) -> list[str]:
        """Each paragraph as its words, in one string, which is hashed only once."""
        return [" ".join(self.words[each.start : each.stop]) for each in paragraphs]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The parts that differ between two snapshots of a release, in the order of the page."""
    earlier, later, budget = parts(before), parts(after), Budget()
    texts = ((part, _Text(earlier[part]), _Text(later[part])) for part in later)
    return [
        Change(part, _differences(left, right, budget), budget.is_overdrawn)
        for part, left, right in texts
        if left.words != right.words
    ]


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of the parts that differ between two snapshots, white space included."""
    earlier, later = parts(before), parts(after)
    return [part for part in later if earlier[part] != later[part]]


def count(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How many words differ between two snapshots; a replaced word counts once."""
    return count_words(compare(before, after))


def count_words(changes: Iterable[Change]) -> int:
    """The number of changed words; a replaced word counts once."""
    return sum(_changed_words(paragraph) for each in changes for paragraph in each.paragraphs)


def is_typographic(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two snapshots say the same: only white space, quotation marks, dashes and what is
    not read as text (topics, the address) differ. Where a section begins, its kind and its place
    above or below the end mark are read."""
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
        remark("Kinds of sections"): _BREAK.join(map(_kind, snapshot["sections"])),
        remark("End mark"): snapshot["end_mark"],
        remark("Language"): snapshot["language"],
        remark("Topics"): ", ".join(snapshot["topics"]),
        remark("Images"): _BREAK.join(map(_file, snapshot.get("images", ()))),
        remark("Documents"): _BREAK.join(map(_file, snapshot.get("attachments", ()))),
    }


def _kind(section: Mapping[str, Any]) -> str:
    """The form that a section is printed in, whatever its words are."""
    heading = ", with a heading" if section["heading"] else ""
    place = ", below the end mark" if section.get("after_end") else ""
    return f"{section.get('kind', 'body')}{heading}{place}"


def _file(snapshot: Mapping[str, Any]) -> str:
    """What is printed with a file; its hash tells that another one stands in its place."""
    words = ("title", "caption", "alt", "credit", "rights")
    printed = [snapshot[name] for name in words if snapshot.get(name)]
    return " · ".join((*printed, f"SHA-256 {snapshot['sha256'][:16]}"))


def differences(before: str, after: str) -> tuple[Paragraph, ...]:
    """Both texts in one, paragraph by paragraph; a paragraph that goes or comes stands alone."""
    return _differences(_Text(before), _Text(after), Budget())


def _differences(earlier: _Text, later: _Text, budget: Budget) -> tuple[Paragraph, ...]:
    paragraphs: list[list[Segment]] = [[]]
    for same, left, right in _align(earlier, later, budget):
        if not same:
            _append(paragraphs, "dropped", earlier.passage(left))
        _append(paragraphs, "same" if same else "added", later.passage(right))
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)


def _append(paragraphs: list[list[Segment]], kind: Kind, passage: str) -> None:
    """Add a passage, whose breaks begin new paragraphs; neighbours of one kind are one segment."""
    for number, text in enumerate(passage.split(_BREAK)):
        if number:
            paragraphs.append([])
        last = paragraphs[-1]
        if last and text and last[-1].kind == kind:
            last[-1] = Segment(kind, last[-1].text + text)
        elif text:
            last.append(Segment(kind, text))


def _align(before: _Text, after: _Text, budget: Budget) -> Iterator[tuple[bool, range, range]]:
    """Runs of words that are the same and runs that differ, in reading order.

    Whole paragraphs are aligned first, then the words of the passages that differ: time stays
    in hand on long texts.
    """
    left, right = before.paragraphs(), after.paragraphs()
    for same, earlier, later in _blocks(before.keys(left), after.keys(right), budget):
        a, b = _joined(left, earlier), _joined(right, later)
        if same:
            yield True, a, b
        else:
            words = _blocks(before.words[a.start : a.stop], after.words[b.start : b.stop], budget)
            for kept, i, j in words:
                yield kept, _moved(i, a.start), _moved(j, b.start)


def _joined(paragraphs: Sequence[range], chosen: range) -> range:
    """The words of neighbouring paragraphs."""
    if not chosen:
        return range(0)
    return range(paragraphs[chosen.start].start, paragraphs[chosen.stop - 1].stop)


def _moved(run: range, by: int) -> range:
    return range(run.start + by, run.stop + by)


def _blocks(
    left: Sequence[Hashable], right: Sequence[Hashable], budget: Budget
) -> Iterator[tuple[bool, range, range]]:
    """Runs that are the same and runs that differ, in order.

    What both begin and end with is set apart first, so that a small change in a long text is found
    exactly and at once.
    """
    head = _shared(left, right)
    tail = _shared(left[head:][::-1], right[head:][::-1])
    i, j = len(left) - tail, len(right) - tail
    yield True, range(head), range(head)
    if (i - head) * (j - head) > _LARGEST_TABLE:
        budget.is_overdrawn = True
        yield False, range(head, i), range(head, j)
    else:
        matcher = _Matcher(left[head:i], right[head:j], budget)
        for tag, a, b, c, d in matcher.get_opcodes():
            yield tag == "equal", _moved(range(a, b), head), _moved(range(c, d), head)
    yield True, range(i, len(left)), range(j, len(right))


def _shared(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """How many items both begin with."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(left), len(right)))


def _changed_words(paragraph: Paragraph) -> int:
    """A replaced run counts as many words as the longer of its two sides."""
    total = 0
    for same, run in groupby(paragraph, key=lambda segment: segment.kind == "same"):
        if not same:
            sides = Counter[str]()
            for segment in run:
                words = _TOKEN.findall(segment.text)
                sides[segment.kind] += sum(word[0].isalnum() for word in words)
            total += max(sides.values())
    return total


def _plain_words(snapshot: Mapping[str, Any]) -> dict[str, list[str]]:
    read = {name: text for name, text in parts(snapshot).items() if name != "Topics"}
    return {name: _TOKEN.findall(text.translate(_TYPOGRAPHY)) for name, text in read.items()}
