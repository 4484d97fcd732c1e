"""Highlighting of query matches, and the passage that shows most of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import chain, islice

from releases.content.markup import to_plain
from releases.search.analysis.analyzer import (
    MAX_TERM_LENGTH,
    Word,
    fold,
    is_stop_word,
    normalize_text,
    words,
)
from releases.search.analysis.stemming import stemmer, variants
from releases.search.query.parser import positive_terms
from releases.search.query.terms import query_terms
from releases.search.query.tree import Node, Phrase, Prefix, Words

IGNORED_IN_WORDS = "['._]*"  # characters that folding removes from a word
IGNORED_IN_FRAGMENTS = r"['._\-\u2010\u2011\u2013]*"  # the same, and hyphens of compounds
MARKS = "_'&+#.-\u2010\u2011\u2013"  # in what may be one word
REMOVED_MARKS = "'._-\u2010\u2011\u2013"
_ENDING = re.compile(rf"[\w{re.escape(MARKS)}]*")
_IGNORED_MARK = r"['._\-\u2010\u2011\u2013]"
_IGNORED_MARKS = re.compile(rf"(?<!{_IGNORED_MARK}){_IGNORED_MARK}++(?=[^\W_])")

# Words of four letters and more in bills and amounts, folded.
NAMES_OF_FIGURES = {
    *("assembly", "senate", "house", "proposition", "prop", "bill", "number", "amendment"),
    *("joint", "concurrent", "constitutional", "resolution", "dollars", "dolares"),
    *("thousand", "million", "billion", "trillion", "millon", "millones"),
}

_DIGIT = re.compile(r"\d")

Segments = tuple[tuple[str, bool], ...]  # (plain text, is a match)
Span = tuple[int, int]

PASSAGE_LENGTH = 120  # characters of a passage
MAX_PARAGRAPHS = 4  # paragraphs analyzed per text
LEAD_LENGTH = 40  # of them before the first match
CONTEXT_LENGTH = 60  # characters around a match, longer than any single word


class Highlighter:
    """Highlighting for one query tree."""

    def __init__(self, tree: Node | None) -> None:
        leaves = list(positive_terms(tree))
        texts = " ".join(leaf.text for leaf in leaves if isinstance(leaf, Words))
        terms = query_terms(texts)
        self._prefixes = tuple(fold(leaf.text) for leaf in leaves if isinstance(leaf, Prefix))
        exact = [leaf.text for leaf in leaves if isinstance(leaf, Phrase)]
        exact += [phrase for term in terms for phrase in term.phrases]
        self._phrases = [_parts(words(text)) for text in exact]
        self._forms = {stem for term in terms for stem in term.stems}
        self._fragments = {
            *map(_fragment, self._prefixes),
            *(_fragment(form) for term in terms for form in (term.form, *term.synonyms)),
        }
        self._phrase_patterns = [
            re.compile(row) for row in {_phrase_pattern(row) for row in self._phrases if row}
        ]
        self._raw_phrase_patterns = [re.compile(_raw_pattern(row)) for row in self._phrases if row]
        self._matchers: dict[str, Callable[[str], bool]] = {}

    def segments(self, text: str, language: str) -> Segments:
        """Return the whole text, split at matches."""
        return _segments(text, self._spans(text, language), 0, len(text))

    def passage(self, sources: Iterable[str], language: str) -> Segments:
        """Return the PASSAGE_LENGTH characters of some Markdown texts that show most matches."""
        paragraphs = (text for source in sources for text in source.split("\n\n"))
        source, spans = self._best_paragraph(paragraphs, language)
        text = to_plain(source)
        if text != source:
            spans = self._spans(text, language)
        if not spans:
            return ()
        start = _start_of_word(text, spans[0][0] - LEAD_LENGTH)
        end = _end_of_word(text, start + PASSAGE_LENGTH)
        lead = (("… ", False),) if start else ()
        rest = (("\u00a0…", False),) if end < len(text) else ()
        return lead + _segments(text, spans, start, end) + rest

    def count_shown(self, segments: Segments) -> int:
        """Return about how many distinct terms of the query these segments show."""
        return self._estimate(" ".join(text for text, is_match in segments if is_match))

    def _best_paragraph(self, paragraphs: Iterable[str], language: str) -> tuple[str, list[Span]]:
        """Return the first paragraph with the most distinct terms, and their spans."""
        # Analyzing words is slow: try paragraphs by their highest possible count, stop when the
        # next cannot beat the best, and never try more than MAX_PARAGRAPHS.
        best: tuple[str, list[Span]] = ("", [])
        shown = 0
        for estimate, text in islice(self._by_estimate(paragraphs), MAX_PARAGRAPHS):
            if estimate <= shown:
                break
            spans = self._spans(text, language)
            showing = self._estimate(" ".join(text[start:end] for start, end in spans))
            if showing > shown:
                best, shown = (text, spans), showing
        return best

    def _by_estimate(self, paragraphs: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Yield (estimate, paragraph), best first. A paragraph that may have every term is yielded
        at once."""
        others = []
        for text in paragraphs:
            estimate = self._estimate(text)
            if estimate == len(self._fragments) + len(self._phrase_patterns):
                yield estimate, text
            else:
                others.append((estimate, text))
        yield from sorted(others, key=lambda pair: -pair[0])

    def _estimate(self, text: str) -> int:
        """Return an upper bound of the distinct terms in the text, without analyzing its words."""
        # Removes what folding removes.
        text = normalize_text(text).replace("'", "").replace(".", "").replace("_", "")
        joined = text.replace("-", "")
        heads = sum(head in text or head in joined for head in self._fragments)
        return heads + sum(row.search(text) is not None for row in self._phrase_patterns)

    def _spans(self, text: str, language: str) -> list[Span]:
        plain = normalize_text(text)
        if len(plain) != len(text):  # offsets differ
            return self._matched_spans(text, language) if self._estimate(text) else []
        found, unclear = self._plain_words(text, plain, language)
        for start, end in _regions(text, unclear):
            spans = self._matched_spans(text[start:end], language)
            found.update((start + first, start + last) for first, last in spans)
        return sorted(found)

    def _plain_words(self, text: str, plain: str, language: str) -> tuple[set[Span], list[Span]]:
        """Return the matching words that need no analysis, and spans to analyze, which is slow.

        `plain` is the normalized text, of the same length.
        """
        found: set[Span] = set()
        unclear = [
            match.span() for row in self._raw_phrase_patterns for match in row.finditer(plain)
        ]
        is_match = self._matcher(language)
        bare = _without_marks(plain)
        for start, end in chain.from_iterable(
            _occurrences(fragment, plain, bare) for fragment in self._fragments
        ):
            start = _start_of_run(plain, start)
            end -= plain[end - 1] == "."
            word = plain[start:end]
            # A stop word in capitals may be an acronym.
            if not _is_plain_word(word) or (is_stop_word(word) and text[start:end].isupper()):
                unclear.append((start, end))
            elif is_match(word):
                near = plain[max(0, start - CONTEXT_LENGTH) : end + CONTEXT_LENGTH]
                is_clear = not (_may_be_of_figure(word) and _DIGIT.search(near))
                (found.add if is_clear else unclear.append)((start, end))
        return found, unclear

    def _matched_spans(self, text: str, language: str) -> list[Span]:
        found = list(words(text))
        marked = (
            set(self._matching_words(found, language)) if self._forms or self._prefixes else set()
        )
        for phrase in self._phrases:
            marked.update(_phrase_occurrences(found, phrase))
        return [(found[number].start, found[number].end) for number in sorted(marked)]

    def _matching_words(self, found: list[Word], language: str) -> Iterator[int]:
        """Yield the indexes of words that match a word or prefix of the query."""
        is_match = self._matcher(language)
        for number, word in enumerate(found):
            if any(map(is_match, word.parts)) or any(map(is_match, word.common_forms)):
                yield number

    def _matcher(self, language: str) -> Callable[[str], bool]:
        """Return a cached `_is_match` for texts in this language."""
        if language not in self._matchers:
            known = partial(_is_match, stemmer(language), self._forms, self._prefixes)
            self._matchers[language] = cache(known)
        return self._matchers[language]


def _is_match(
    stem: Callable[[str], str], forms: Collection[str], prefixes: tuple[str, ...], part: str
) -> bool:
    return stem(part) in forms or part.startswith(prefixes)


def _parts(found: Iterable[Word]) -> list[str]:
    return [part for word in found for part in word.parts]


def _fragment(form: str) -> str:
    """Return text that every spelling of a form contains, accents aside: the common start of its
    stems, or its first digit."""
    if figure := re.search(r"\d", form):
        return figure[0]
    shortest = min(map(len, variants(form)))
    return form[: max(1, shortest - 2)].lower()


def _phrase_pattern(phrase: list[str]) -> str:
    """Return a pattern that every spelling of a phrase matches: consecutive plain words, each with
    an optional possessive s, or else the fragment of the first part."""
    if _is_plain(phrase):
        return r"\b" + r"s?\W+".join(phrase) + r"s?\b"
    return re.escape(_fragment(phrase[0]))


def _is_plain(phrase: list[str]) -> bool:
    return bool(phrase) and all(part.isascii() and part.isalpha() for part in phrase)


def _raw_fragment_pattern(fragment: str) -> str:
    """Return a pattern of a fragment in a text that has not been folded."""
    return IGNORED_IN_FRAGMENTS.join(map(re.escape, fragment))


def _raw_pattern(phrase: list[str]) -> str:
    """Return a pattern of a phrase in a text that has not been folded."""
    if not _is_plain(phrase):
        return _raw_fragment_pattern(_fragment(phrase[0]))
    gap = rf"(?:{IGNORED_IN_WORDS}s)?[\W_]+"
    return r"(?<![a-z0-9])" + gap.join(IGNORED_IN_WORDS.join(part) for part in phrase)


def _may_be_of_figure(form: str) -> bool:
    """Return whether the analyzer may read a folded word together with figures near it."""
    return len(form) < 4 or form in NAMES_OF_FIGURES


def _is_plain_word(text: str) -> bool:
    """Return True for a word that folding and analysis leave as it is."""
    return text.isascii() and text.isalpha() and len(text) <= MAX_TERM_LENGTH


def _runs_with_marks(plain: str) -> Iterator[Span]:
    """Yield what may be one word, and has characters in it that folding removes."""
    end = 0
    for mark in _IGNORED_MARKS.finditer(plain):
        if mark.start() > end and plain[mark.start() - 1].isalnum():
            end = _end_of_run(plain, mark.end())
            yield _start_of_run(plain, mark.start()), end


def _without_marks(plain: str) -> str:
    for mark in REMOVED_MARKS:
        plain = plain.replace(mark, "")
    return plain


def _occurrences(fragment: str, plain: str, bare: str) -> Iterator[Span]:
    """Yield the spans of a fragment, each to the end of what may be one word. `bare` is the text
    without marks."""
    position = plain.find(fragment)
    while position >= 0:
        end = _end_of_run(plain, position + len(fragment))
        yield position, end
        position = plain.find(fragment, max(end, position + 1))
    # Without marks it is there more often if marks are within it.
    has_marked = bare.count(fragment) > plain.count(fragment)
    for start, end in _runs_with_marks(plain) if has_marked else ():
        run = plain[start:end]
        if fragment not in run and fragment in _IGNORED_MARKS.sub("", run):
            yield start, end


def _end_of_run(plain: str, position: int) -> int:
    return _ENDING.match(plain, position).end()  # type: ignore[union-attr]  # may be empty


def _start_of_run(plain: str, position: int) -> int:
    """Return where the characters begin that may be one word, CONTEXT_LENGTH before at most."""
    first = max(0, position - CONTEXT_LENGTH)
    while position > first and (plain[position - 1].isalnum() or plain[position - 1] in MARKS):
        position -= 1
    return position


def _regions(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return the disjoint surroundings of spans, in order."""
    regions: list[Span] = []
    for start, end in sorted(spans):
        if regions and end <= regions[-1][1]:
            continue
        start, end = _widen(text, start, end)
        if regions and start <= regions[-1][1]:
            start, end = regions[-1][0], max(end, regions.pop()[1])
        regions.append((start, end))
    return regions


def _widen(text: str, start: int, end: int) -> Span:
    before = text.rfind(" ", 0, max(0, start - CONTEXT_LENGTH)) + 1
    after = text.find(" ", end + CONTEXT_LENGTH)
    return before, after if after >= 0 else len(text)


def _phrase_occurrences(found: Sequence[Word], phrase: list[str]) -> Iterator[int]:
    """Yield the indexes of the words in each occurrence of a phrase."""
    flat = [(part, number) for number, word in enumerate(found) for part in word.parts]
    parts = [part for part, _ in flat]
    for start, part in enumerate(parts):
        if phrase and part == phrase[0] and parts[start : start + len(phrase)] == phrase:
            yield from (number for _, number in flat[start : start + len(phrase)])


def _start_of_word(text: str, position: int) -> int:
    return text.rfind(" ", 0, position) + 1 if position > 0 else 0


def _end_of_word(text: str, position: int) -> int:
    return len(text) if position >= len(text) else max(text.rfind(" ", 0, position), 1)


def _segments(text: str, spans: list[Span], start: int, end: int) -> Segments:
    """Split text[start:end] at matches."""
    pieces = []
    position = start
    for first, last in spans:
        if first >= start and last <= end:
            pieces += [(text[position:first], False), (text[first:last], True)]
            position = last
    pieces.append((text[position:end], False))
    return tuple(piece for piece in pieces if piece[0])
