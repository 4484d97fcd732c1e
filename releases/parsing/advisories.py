"""Advisories: `WHO:`, `WHAT:`, `WHEN:`, `WHERE:`, and the time and place that they print."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from releases.parsing import moments, phrases
from releases.parsing.headers import is_sentence
from releases.parsing.lines import Line
from releases.parsing.moments import PrintedMoment
from releases.parsing.sections import SectionLines

_LABEL = re.compile(
    r"(?P<name>who|what|when|where|why|how|date|time|place|location|rsvp|note|contact|visuals?"
    r"|quién(?:es)?|quien(?:es)?|qué|que|cuándo|cuando|dónde|donde|por\s+qué|fecha|hora|lugar)"
    r"(?:\s?:|(?-i:(?<=[A-ZÉÓÚ]))(?:\s[–—-]"
    r"|(?=\s[\d“\"]|\s(?-i:[A-Z](?:\.|\S{0,30}[a-z])))))\s*(?P<text>.*)",
    re.IGNORECASE,
)
_WHEN = frozenset({"when", "cuándo", "cuando"})
_PARTS = (frozenset({"date", "fecha"}), frozenset({"time", "hora"}))
_WHERE = frozenset({"where", "place", "location", "dónde", "donde", "lugar"})
_CLOCK = r"(?:\d{1,2}(?::\d{2})?\s?[ap]\.?\s?m\b\.?|noon)"
_RANGE = re.compile(
    rf"(?P<start>{_CLOCK})\s?(?:-|–|—|to\b|until\b|hasta\b)\s?(?P<end>{_CLOCK})", re.IGNORECASE
)
_MIN_LABELS = 3  # different ones
_MAX_LINES = 400  # lines of a text that are read


@dataclass(frozen=True)
class PrintedEvent:
    """An event as printed: when it begins and ends (None if not stated), and where."""

    start: PrintedMoment
    end: PrintedMoment | None
    place: str


def split(lines: Sequence[Line]) -> tuple[Sequence[Line], list[SectionLines]]:
    """Return the text above the labels of an advisory, and a section for each label.

    An advisory without a sentence above its labels stays whole.
    """
    labels = [(index, match) for index, line in enumerate(lines) if (match := _label(line.text))]
    names = {match["name"].lower() for _, match in labels}
    # A list of events repeats its labels.
    is_one = len(labels) == len(names) >= _MIN_LABELS
    is_advisory = is_one and names & _WHERE and names & (_WHEN | _PARTS[0])
    first = labels[0][0] if labels else 0
    if not is_advisory or not any(is_sentence(line.text) for line in lines[:first]):
        return lines, []
    starts = [*(index for index, _ in labels), len(lines)]
    found = []
    for (start, end), (_, match) in zip(pairwise(starts), labels, strict=True):
        words = match["text"]
        below = end if end < len(lines) else _end_of_last(lines, start)
        texts = [lines[start].with_text(words)] if words else []
        found.append(SectionLines("body", match["name"] + ":", (*texts, *lines[start + 1 : below])))
        if below < end:
            found.append(SectionLines("body", "", tuple(lines[below:end])))
    return lines[:first], found


def _end_of_last(lines: Sequence[Line], start: int) -> int:
    """Return where the text below the last label begins."""
    below = range(start + 1, len(lines))
    ends = (index for index in below if lines[index].after_blank and is_sentence(lines[index].text))
    return next(ends, len(lines))


def _label(text: str) -> re.Match[str] | None:
    return _LABEL.fullmatch(text) if ":" in text[:12] or text[:3].isupper() else None


def find_event(texts: Iterable[str]) -> PrintedEvent | None:
    """Return the event that an advisory's lines announce; None unless it is one on a clear day."""
    parts = _labeled(texts)
    when = next((parts[name] for name in parts if name in _WHEN), "")
    if not when and all(names & parts.keys() for names in _PARTS):
        when = " ".join(parts[name] for names in _PARTS for name in names if name in parts)
    place = next((parts[name] for name in parts if name in _WHERE), "")
    if not when or not place:
        return None
    start = moments.parse(_RANGE.sub(r"\g<start>", when))
    end = moments.parse(_RANGE.sub(r"\g<end>", when)) if _RANGE.search(when) else None
    return PrintedEvent(start, end, place) if start else None


def _labeled(texts: Iterable[str]) -> dict[str, str]:
    """Return the words below each label, joined with commas; nothing if a label comes twice."""
    found: dict[str, list[str]] = {}
    name = ""
    for text in list(texts)[:_MAX_LINES]:
        match = _label(text)
        if match:
            name = match["name"].lower()
            if name in found:
                return {}
        elif is_sentence(text) or phrases.CONTACT.fullmatch(text):
            name = ""
        words = match["text"] if match else text
        if name and words:
            found.setdefault(name, []).append(words)
    return {name: ", ".join(words) for name, words in found.items()}
