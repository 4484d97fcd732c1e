"""Terms that a text of a query looks for, for both search engines and the highlighter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from releases.search import editorial
from releases.search.analysis.analyzer import (
    MAX_TERM_LENGTH,
    Word,
    is_stop_word,
    significant_forms,
    words,
)
from releases.search.analysis.stemming import variants
from releases.search.query.days import named_days
from releases.search.query.numerals import numerals
from releases.search.query.questions import question_words
from releases.search.query.synonyms import Synonyms
from releases.search.query.tree import DateRange

# Of names, printed as one word or as two: De Santis.
_PARTICLES = frozenset(["de", "del", "el", "la", "las", "los"])
# The first words of compounds that texts print as one word or as two: healthcare, health care.
_FIRST_WORDS = """
air broad care cell child class court cross cyber data day drug farm fire flood fund gun health home
house land law life mail phone school share smart storm tax town waste water web whistle wild work
"""
# An ending such as less is no second word: homeless is not “at home less often”.
_COMPOUND = re.compile(
    rf"(?P<first>{'|'.join(_FIRST_WORDS.split())})(?!les|ful|able|like|hood|ship)"
    r"(?P<last>[a-z]{3,}?)(?:(?<!s)s)?"
)


class Term(NamedTuple):
    """Query term. A release has it if it has the form, another spelling, a synonym, one of the
    phrases, or one of the dates."""

    form: str
    others: tuple[str, ...] = ()
    dates: tuple[DateRange, ...] = ()
    synonyms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def stems(self) -> tuple[str, ...]:
        """Distinct index terms of the form, the other spellings and the synonyms."""
        spelled = (self.form, *self.others, *self.synonyms)
        return tuple(dict.fromkeys(stem for form in spelled for stem in variants(form)))


def query_terms(text: str, with_synonyms: bool = True) -> list[Term]:
    """Return the terms of a text in a fixed order, without stop words unless it has no others."""
    return list(_query_terms(text, editorial.synonyms() if with_synonyms else None))


@lru_cache(1 << 8)  # matching, proximity and highlighting need them
def _query_terms(text: str, synonyms: Synonyms | None) -> Iterable[Term]:
    text = _without_capitals(text)
    found = list(words(text))
    others: defaultdict[str, dict[str, None]] = defaultdict(dict)
    phrases: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    ranges: dict[str, tuple[DateRange, ...]] = {}
    for word in found:
        for form in word.query_forms:
            others[form] |= dict.fromkeys(word.joined)
            phrases[form] = tuple(_open_compounds(form))
    for left, right, joined in _joined_pairs(text, found):
        others[left][joined] = others[right][joined] = None
    for days in named_days(text):
        for form in _forms_between(found, days.start, days.end):
            ranges[form] = days.ranges
            phrases[form] += days.phrases
    replaced: set[str] = set()
    for each in numerals(text):
        forms = set(_forms_between(found, each.start, each.end))
        if each.form and forms:  # not within a longer word
            replaced |= forms
            forms = {each.form}
        for form in forms:
            others[form] |= dict.fromkeys(each.words)
            phrases[form] += each.phrases
            ranges.setdefault(form, each.days)
    significant = significant_forms(set(others) - replaced)
    terms = {
        form: Term(
            form,
            tuple(name for name in others[form] if name != form),
            ranges.get(form, ()),
            phrases=phrases[form],
        )
        for form in sorted(significant - question_words(text) or significant)
    }
    return tuple((_with_synonyms(terms, found, synonyms) if synonyms else terms).values())


def _forms_between(found: list[Word], start: int, end: int) -> Iterator[str]:
    for word in found:
        if start <= word.start and word.end <= end:
            yield from word.query_forms


def _with_synonyms(
    terms: dict[str, Term], found: list[Word], synonyms: Synonyms
) -> dict[str, Term]:
    """Add to each term what expressions that it is part of also find."""
    # Each word of “cell phone” is also found by “mobile phone”, so both words together are, too.
    for forms, other in synonyms.expand(found):
        for term in (terms[form] for form in forms if form in terms):
            terms[term.form] = term._replace(
                synonyms=(*term.synonyms, *filter(None, [other.word])),
                phrases=(*term.phrases, *filter(None, [other.phrase])),
            )
    return terms


def _joined_pairs(text: str, found: list[Word]) -> Iterator[tuple[str, str, str]]:
    """Yield neighbors that may be printed as one word: wild fires, covid 19, Mc Cain."""
    for left, right in pairwise(found):
        if len(left.query_forms) == len(right.query_forms) == 1:
            first, second = left.query_forms[0], right.query_forms[0]
            is_apart = text[left.end : right.start].isspace()
            is_common = is_stop_word(second) or (is_stop_word(first) and first not in _PARTICLES)
            is_short = len(first) + len(second) <= MAX_TERM_LENGTH
            if is_apart and is_short and first.isalpha() and not is_common:
                yield first, second, first + second


def _open_compounds(word: str) -> Iterator[str]:
    """Yield the two words that a compound is also printed as, in singular and plural."""
    if match := _COMPOUND.fullmatch(word):
        yield f"{match['first']} {match['last']}"
        yield f"{match['first']} {match['last']}{'es' if match['last'].endswith('s') else 's'}"


def _without_capitals(text: str) -> str:
    """Return a text in capitals in lower case: there, they mark no acronyms."""
    return text.lower() if text.isupper() and " " in text.strip() else text
