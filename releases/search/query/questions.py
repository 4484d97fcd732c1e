"""Words of a question that say how it is asked, in English and Spanish."""

from __future__ import annotations

from releases.search.analysis.analyzer import words

_ASKING = """
who whom whose what when where why which how is are was were did does do has have can could should
will tell show find give quien quienes que cual cuales cuando donde como cuanto cuanta cuantos
cuantas por dime es son fue fueron hay
"""
# In addition to the stop words.
_IN_QUESTIONS = """
why whose who whom tell show find give please know there many much often long big happen happened
happening get got getting anyone anybody someone somebody people person exactly ever just
cual cuales cuando donde cuanto cuanta cuantos cuantas quien quienes dime hay ha han hace hizo son
fueron ser paso pasa debe deben puedo puede pueden gente persona personas alguien
"""

_FIRST_WORDS = frozenset(_ASKING.split())
_WORDS = frozenset(_IN_QUESTIONS.split())
MIN_WORDS = 4  # of a question without a question mark: “Who Cares”, “Tell Mama” are names


def question_words(text: str) -> frozenset[str]:
    """Return folded words that the query, if it is a question, is not about."""
    return _WORDS if is_question(text) else frozenset()


def is_question(text: str) -> bool:
    """Return whether a query ends in a question mark or begins as a question of MIN_WORDS."""
    text = text.strip()
    folded = [part for word in words(text) for part in word.parts]
    asks = len(folded) >= MIN_WORDS and folded[0] in _FIRST_WORDS
    return asks or text.endswith("?") or text.startswith("¿")
