"""Counts of searches that find nothing or little, by query and week.

Nothing about the person who searched is kept, nor queries that may be personal data. A search that
the response cache answers again is not counted again.
"""

from __future__ import annotations

import re
import string

from pressroom.infra.buffered_counts import CountBuffer
from releases.models import MissedSearch
from releases.models.search_words import MAX_QUERY
from releases.search.analysis.analyzer import words
from releases.search.query.parser import Query, positive_terms
from releases.search.results import Results
from releases.web.forms import SearchForm

FEW = 2  # releases
MAX_DIGITS = 6  # a phone number, an account or a date of birth has more
_LONG_NUMBER = re.compile(r"\d{5}")


class MissedSearchCounter(CountBuffer):
    """Searches by folded query."""

    def __init__(self) -> None:
        super().__init__(MissedSearch.objects.record)


counter = MissedSearchCounter()


def count(form: SearchForm, found: Results) -> None:
    """Count the first page of a search without filters if nothing, or little, has its words."""
    is_changed = found.query.tree != form.query.tree  # corrected, or not all of its words
    is_missed = is_changed or found.total <= FEW
    is_whole = found.page == 1 and not form.chosen and not found.recommended
    if is_missed and is_whole and (query := countable(form.query)):
        counter.count(query, 0 if is_changed else found.total)


def countable(query: Query) -> str:
    """Return the folded words of a query, "" for what is not counted."""
    leaves = list(positive_terms(query.tree))
    digits = sum(map(query.text.count, string.digits))
    is_personal = "@" in query.text or digits > MAX_DIGITS or _LONG_NUMBER.search(query.text)
    if is_personal or any(leaf.field != "text" for leaf in leaves):
        return ""
    folded = " ".join(part for leaf in leaves for word in words(leaf.text) for part in word.parts)
    is_short = len(query.text) <= MAX_QUERY and len(folded) <= MAX_QUERY
    return folded if is_short and any(map(str.isalpha, folded)) else ""
