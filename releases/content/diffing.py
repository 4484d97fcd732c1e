"""Word-by-word differences between two texts of a release.

Stored texts are compared, including the markup of links and emphasis, so that a changed link
address shows too. White space never differs; a paragraph break does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate, groupby, pairwise, starmap
from typing import Any, Literal, NamedTuple

from releases.content.messages import message

# A word with its inner marks (don't, 2,000, cross-border), or a single mark.
_TOKEN = re.compile(r"\w+(?:[’'.,-]\w+)*|[^\w\s]")
# White space with two line ends, matched only from its start, which keeps the search linear.
_BETWEEN_PARAGRAPHS = re.compile(r"(?<!\s)[^\S\n]*+\n[^\S\n]*+\n\s*+")
_PARAGRAPH_BREAK = "\n\n"
_TOKEN_OR_BREAK = re.compile(rf"{_TOKEN.pattern}|{_PARAGRAPH_BREAK}")
# A changed passage whose lengths have a greater product is shown as replaced.
_MAX_TABLE_SIZE = 1_000_000

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼ`", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—―", "-"),
        "…": "...",
    }
)


SegmentKind = Literal["same", "added", "dropped"]


class Segment(NamedTuple):
    """A run of words in both texts, or only in the later or the earlier one."""

    kind: SegmentKind
    text: str


Paragraph = tuple[Segment, ...]


@dataclass(frozen=True)
class Change:
    """The changes to one part of a release: its public name and its paragraphs.

    `is_coarse` marks a comparison over budget: whole passages are shown as replaced, even if they
    share words.
    """

    part: str
    paragraphs: tuple[Paragraph, ...]
    is_coarse: bool = False


@dataclass
class ComparisonBudget:
    """Remaining comparisons of equal words, and whether more were needed."""

    comparisons: int = 1_000_000
    is_exhausted: bool = False

    def spend(self, comparisons: int) -> bool:
        """Take as many comparisons if they remain."""
        if comparisons > self.comparisons:
            self.is_exhausted = True
            return False
        self.comparisons -= comparisons
        return True


class _BudgetedMatcher(SequenceMatcher[Hashable]):
    """difflib's matcher within a budget; beyond it, nothing matches."""

    # The matcher's time is cubic in the length of repetitive texts.

    def __init__(
        self, before: Sequence[Hashable], after: Sequence[Hashable], budget: ComparisonBudget
    ) -> None:
        super().__init__(None, before, after)
        self.budget = budget
        counts = Counter(after)
        self.comparisons = [0, *accumulate(counts[item] + 1 for item in before)]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Return the longest common run, or an empty one."""
        end = len(self.comparisons) - 1 if ahi is None else ahi
        if self.budget.spend(self.comparisons[end] - self.comparisons[alo]):
            return super().find_longest_match(alo, ahi, blo, bhi)
        return Match(alo, blo, 0)


class _TokenizedText:
    """Words and marks of a text, and a token for each paragraph break."""

    def __init__(self, text: str) -> None:
        self.text = _BETWEEN_PARAGRAPHS.sub(_PARAGRAPH_BREAK, text.strip())
        found = [(match[0], match.start()) for match in _TOKEN_OR_BREAK.finditer(self.text)]
        self.words = [word for word, _ in found]
        self.starts = [start for _, start in found] + [len(self.text)]

    def passage(self, words: range) -> str:
        """Return these words with the white space after each."""
        return self.text[self.starts[words.start] : self.starts[words.stop]]

    def paragraphs(self) -> list[range]:
        """Return the range of words of each paragraph, including its break."""
        breaks = [number for number, word in enumerate(self.words, 1) if word == _PARAGRAPH_BREAK]
        return [*starmap(range, pairwise((0, *breaks, len(self.words))))] if self.words else []

    def keys(self, paragraphs: Sequence[range]) -> list[str]:
        """Return each paragraph's words as one string, which is hashed only once."""
        return [" ".join(self.words[each.start : each.stop]) for each in paragraphs]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the parts that differ between two snapshots, in page order."""
    earlier, later, budget = text_by_part(before), text_by_part(after), ComparisonBudget()
    texts = ((part, _TokenizedText(earlier[part]), _TokenizedText(later[part])) for part in later)
    return [
        Change(part, _compare(left, right, budget), budget.is_exhausted)
        for part, left, right in texts
        if left.words != right.words
    ]


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the parts that differ between two snapshots, including white space."""
    earlier, later = text_by_part(before), text_by_part(after)
    return [part for part in later if earlier[part] != later[part]]


def count_changed_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """Count the words that differ between two snapshots; a replaced word counts once."""
    return sum_changed_words(compare(before, after))


def sum_changed_words(changes: Iterable[Change]) -> int:
    """Count the changed words; a replaced word counts once."""
    return sum(_count_in_paragraph(paragraph) for each in changes for paragraph in each.paragraphs)


def is_typography_only(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether only white space, quotation marks, dashes, the layout of images and unprinted
    parts (topics, slug) differ.

    A section's start, kind and place relative to the end mark are read.
    """
    return _comparable_words(before) == _comparable_words(after)


def text_by_part(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """Return a snapshot's text by the public name of each part."""
    sections = (
        _PARAGRAPH_BREAK.join(filter(None, (section["heading"], section["body"])))
        for section in snapshot["sections"]
    )
    return {
        message("Title"): snapshot["title"],
        message("Subtitle"): snapshot["subtitle"],
        message("Date"): snapshot["date"] or "",
        message("Dateline"): snapshot["dateline"],
        message("Contact"): snapshot["contact"],
        message("Text"): snapshot["body"],
        message("Sections"): _PARAGRAPH_BREAK.join(sections),
        message("Kinds of sections"): _PARAGRAPH_BREAK.join(map(_kind, snapshot["sections"])),
        message("End mark"): snapshot["end_mark"],
        message("Language"): snapshot["language"],
        message("Topics"): ", ".join(snapshot["topics"]),
        message("Images"): _PARAGRAPH_BREAK.join(map(_describe_file, snapshot.get("images", ()))),
        message("Layout of images"): _PARAGRAPH_BREAK.join(
            filter(None, map(_describe_layout, snapshot.get("images", ())))
        ),
        message("Documents"): _PARAGRAPH_BREAK.join(
            map(_describe_file, snapshot.get("attachments", ()))
        ),
    }


def _kind(section: Mapping[str, Any]) -> str:
    """Describe the form in which a section is printed."""
    heading = ", with a heading" if section["heading"] else ""
    place = ", below the end mark" if section.get("after_end") else ""
    return f"{section.get('kind', 'body')}{heading}{place}"


def _describe_file(snapshot: Mapping[str, Any]) -> str:
    """Describe a file as printed; its hash shows that another file replaced it."""
    words = ("title", "caption", "alt", "credit", "rights")
    printed = [snapshot[name] for name in words if snapshot.get(name)]
    return " · ".join((*printed, f"SHA-256 {snapshot['sha256'][:16]}"))


def _describe_layout(image: Mapping[str, Any]) -> str:
    """Describe where an image is shown, "" for one that stays below the text."""
    number, (left, top) = image.get("after_paragraph"), image.get("focus", (50, 50))
    found = [
        "lead image" if image.get("is_lead") else "",
        f"after paragraph {number}" if number else "",
        f"focal point {left} % from the left, {top} % from the top" if "focus" in image else "",
    ]
    layout = ", ".join(filter(None, found))
    return f"{image.get('caption') or image['alt'] or 'Decorative image'}: {layout}" * bool(layout)


def compare_texts(before: str, after: str) -> tuple[Paragraph, ...]:
    """Merge both texts by paragraph; an added or deleted paragraph is separate."""
    return _compare(_TokenizedText(before), _TokenizedText(after), ComparisonBudget())


def _compare(
    earlier: _TokenizedText, later: _TokenizedText, budget: ComparisonBudget
) -> tuple[Paragraph, ...]:
    paragraphs: list[list[Segment]] = [[]]
    for same, left, right in _align(earlier, later, budget):
        if not same:
            _append_passage(paragraphs, "dropped", earlier.passage(left))
        _append_passage(paragraphs, "same" if same else "added", later.passage(right))
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)


def _append_passage(paragraphs: list[list[Segment]], kind: SegmentKind, passage: str) -> None:
    """Add a passage, whose breaks begin new paragraphs; adjacent segments of one kind are
    merged."""
    for number, text in enumerate(passage.split(_PARAGRAPH_BREAK)):
        if number:
            paragraphs.append([])
        last = paragraphs[-1]
        if last and text and last[-1].kind == kind:
            last[-1] = Segment(kind, last[-1].text + text)
        elif text:
            last.append(Segment(kind, text))


def _align(
    before: _TokenizedText, after: _TokenizedText, budget: ComparisonBudget
) -> Iterator[tuple[bool, range, range]]:
    """Yield equal and different runs of words, in reading order.

    Whole paragraphs are aligned first, then the words of the passages that differ, which keeps long
    texts fast.
    """
    left, right = before.paragraphs(), after.paragraphs()
    for same, earlier, later in _diff_blocks(before.keys(left), after.keys(right), budget):
        a, b = _merge_ranges(left, earlier), _merge_ranges(right, later)
        if same:
            yield True, a, b
        else:
            words = _diff_blocks(
                before.words[a.start : a.stop], after.words[b.start : b.stop], budget
            )
            for kept, i, j in words:
                yield kept, _shift(i, a.start), _shift(j, b.start)


def _merge_ranges(paragraphs: Sequence[range], chosen: range) -> range:
    """Merge the word ranges of adjacent paragraphs into one range."""
    if not chosen:
        return range(0)
    return range(paragraphs[chosen.start].start, paragraphs[chosen.stop - 1].stop)


def _shift(run: range, by: int) -> range:
    return range(run.start + by, run.stop + by)


def _diff_blocks(
    left: Sequence[Hashable], right: Sequence[Hashable], budget: ComparisonBudget
) -> Iterator[tuple[bool, range, range]]:
    """Yield equal and different runs, in order."""
    # The common beginning and end are split off first: a small change in a long text is found
    # exactly and quickly.
    head = _common_prefix_length(left, right)
    tail = _common_prefix_length(left[head:][::-1], right[head:][::-1])
    i, j = len(left) - tail, len(right) - tail
    yield True, range(head), range(head)
    if (i - head) * (j - head) > _MAX_TABLE_SIZE:
        budget.is_exhausted = True
        yield False, range(head, i), range(head, j)
    else:
        matcher = _BudgetedMatcher(left[head:i], right[head:j], budget)
        for tag, a, b, c, d in matcher.get_opcodes():
            yield tag == "equal", _shift(range(a, b), head), _shift(range(c, d), head)
    yield True, range(i, len(left)), range(j, len(right))


def _common_prefix_length(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    pairs = enumerate(zip(left, right, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(left), len(right)))


def _count_in_paragraph(paragraph: Paragraph) -> int:
    """Count changed words; a replaced run counts as the longer of its two sides."""
    total = 0
    for same, run in groupby(paragraph, key=lambda segment: segment.kind == "same"):
        if not same:
            sides = Counter[str]()
            for segment in run:
                words = _TOKEN.findall(segment.text)
                sides[segment.kind] += sum(word[0].isalnum() for word in words)
            total += max(sides.values())
    return total


def _comparable_words(snapshot: Mapping[str, Any]) -> dict[str, list[str]]:
    unprinted = ("Topics", "Layout of images")
    read = {name: text for name, text in text_by_part(snapshot).items() if name not in unprinted}
    return {name: _TOKEN.findall(text.translate(_TYPOGRAPHY)) for name, text in read.items()}
