"""Search: each kind of query over a small and a large archive, compared with Haystack's own engine.

Words are chosen from the corpus by the number of releases that have them. Each result is a complete
page: rows, exact count, facets, highlights. Then pages and suggestions over HTTP, each for the
first time.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from statistics import median

from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from haystack.query import SearchQuerySet

from releases.models import Release
from releases.search import results
from releases.search.engine import Filters
from releases.search.query.parser import parse
from releases.web.response_cache.store import responses
from tools.bench import corpus, site
from tools.bench.addresses import COMMON_WORD
from tools.bench.tables import Table, Times, timed

SIZES = (2_000, 20_000)
ROUNDS = 10
STOCK_ROUNDS = 1  # Haystack's own takes seconds a query
STOCK_MOST = 5_000  # releases; its index of more takes longer than all the rest
ASKED = 200  # words that a page and suggestions are asked for
BAR = 50  # ms, 95th percentile of a page and of suggestions on a quiet machine
VARIANTS = 4  # queries of each kind
YEAR = 2010
DEEP = 100  # page number

Search = Callable[[], object]
Kind = tuple[Search, Search | None]  # ours and Haystack's, where that can do the same


def run(*sizes: int) -> Iterator[Table]:
    """Yield two tables for each size."""
    for size in sizes or SIZES:
        ids = site.fill(corpus.rows(size))
        site.index_all()
        has_stock = size <= STOCK_MOST
        if has_stock:
            site.stock_index(ids)
        kinds = _kinds(_Words(ids))
        columns = ("query", "median", "p95", "work", "stock work", "ours ÷ it")
        rows = [_measured(name, queries, has_stock) for name, queries in kinds.items()]
        yield Table(f"Search over {len(ids):,} releases, ms", columns, rows)
        yield _asked_first(len(ids))


def _asked_first(count: int) -> Table:
    """Return the times of pages and of suggestions."""
    client = Client(SERVER_NAME="localhost")
    rows = []
    words = site.frequent_words()[COMMON_WORD : COMMON_WORD + ASKED]
    starts = {word[: 3 + number % 4]: None for number, word in enumerate(words)}
    for name, view, typed in (("page", "search", words), ("suggestions", "suggestions", starts)):
        responses.clear()
        addresses = [f"{reverse(view)}?{urlencode({'q': text})}" for text in typed]
        walls, works = zip(*(_asked(client, each) for each in addresses), strict=True)
        rows.append((name, Times(walls).median, Times(walls).p95, Times(works).median, BAR))
    title = f"Words that nobody asked for before, over {count:,} releases, ms"
    return Table(title, ("what", "median", "p95", "work", "bar of p95"), rows)


def _asked(client: Client, address: str) -> tuple[float, float]:
    """Return the wall-clock and the CPU time of a request that is answered."""
    works = []

    def ask() -> None:
        works.append(timed(lambda: client.get(address)))

    return timed(ask, time.perf_counter), works[0]


def ours(ids: Sequence[int]) -> dict[str, list[Search]]:
    """Return the queries of each kind over these releases, for the configured engine."""
    return {name: [mine for mine, _ in pairs] for name, pairs in _kinds(_Words(ids)).items()}


def _measured(name: str, kinds: Sequence[Kind], has_stock: bool) -> tuple[object, ...]:
    """Return median and 95th percentile in wall-clock time, and CPU times, ours and, if it has an
    index, stock's."""
    ours = Times([timed(mine, time.perf_counter) for _ in range(ROUNDS) for mine, _ in kinds])
    works = [timed(mine) for mine, _ in kinds]
    pairs = [
        (timed(mine), timed(stock))
        for _ in range(STOCK_ROUNDS)
        for mine, stock in kinds
        if stock and has_stock
    ]
    if not pairs:
        return name, ours.median, ours.p95, median(works), "", ""
    ratio = median(mine / stock for mine, stock in pairs)
    return name, ours.median, ours.p95, median(works), median(stock for _, stock in pairs), ratio


class _Words:
    """Words of the corpus by number of releases that contain them."""

    def __init__(self, ids: Sequence[int]) -> None:
        bodies = list(Release.objects.filter(pk__in=ids[:2_000]).values_list("body", flat=True))
        texts = [re.findall(r"[a-z]+", body.lower()) for body in bodies]
        counts = Counter(word for text in texts for word in set(text) if len(word) > 3)
        ranked = [word for word, _ in counts.most_common(200)]
        # Enough for a full page of results, in an archive of any size.
        self.few = [word for word, count in sorted(counts.items()) if 20 <= count <= 40]
        self.many = ranked[10:60:5]
        self.pairs = _most_frequent(texts, lambda row: all(len(word) > 4 for word in row))
        self.stops = _most_frequent(texts, lambda row: all(len(word) < 4 for word in row))
        self.beginnings = [word[:3] for word in ranked[:VARIANTS]]


def _most_frequent(texts: list[list[str]], fits: Callable[[tuple[str, ...]], bool]) -> list[str]:
    counts = Counter(row for text in texts for row in pairwise(text) if fits(row))
    return [" ".join(row) for row, _ in counts.most_common(VARIANTS)]


def _kinds(words: _Words) -> dict[str, list[Kind]]:
    many = words.many[:VARIANTS]
    both = [" ".join(pair) for pair in pairwise(words.many[: VARIANTS + 1])]
    texts = {
        "rare": words.few[:: max(1, len(words.few) // VARIANTS)],
        "common": many,
        "AND": both,
        "OR": [text.replace(" ", " OR ") for text in both],
        "NOT": [text.replace(" ", " -") for text in both],
        "phrase": [f'"{text}"' for text in words.pairs],
        "phrase of stop words": [f'"{text}"' for text in words.stops],
    }
    kinds: dict[str, list[Kind]] = {
        name: [(partial(_ours, text), partial(_stock, text)) for text in texts[name][:VARIANTS]]
        for name in texts
    }
    kinds["prefix"] = [(partial(_ours, f"{text}*"), None) for text in words.beginnings]
    kinds["filter and range"] = [(partial(_narrowed, w), partial(_stock_narrowed, w)) for w in many]
    kinds["by date"] = [(partial(_newest, word), partial(_stock_newest, word)) for word in many]
    deep = [(word, _last_page(word)) for word in many]
    kinds["page 100, or the last"] = [
        (partial(_deep, *sought), partial(_stock_deep, *sought)) for sought in deep
    ]
    return kinds


def _last_page(text: str) -> int:
    """Return DEEP, or the last page: a page past the end would cost nothing."""
    return min(DEEP, results.search(parse(text)).pages)


def _ours(text: str) -> object:
    return results.search(parse(text))


def _narrowed(text: str) -> object:
    return results.search(parse(text), Filters(language="en", year=YEAR))


def _newest(text: str) -> object:
    return results.search(parse(text), order="newest")


def _deep(text: str, page: int) -> object:
    return results.search(parse(text), page=page)


def _stock(text: str) -> object:
    return _page(_sought(text))


def _stock_narrowed(text: str) -> object:
    return _page(_sought(text).filter(language="en", year=YEAR))


def _stock_newest(text: str) -> object:
    return _page(_sought(text).order_by("-release_at"))


def _stock_deep(text: str, page: int) -> object:
    return _page(_sought(text), (page - 1) * results.PAGE_SIZE)


def _sought(text: str) -> SearchQuerySet:
    return SearchQuerySet(using="stock").raw_search(text.replace(" -", " NOT "))


def _page(found: SearchQuerySet, first: int = 0) -> object:
    """Fetch a page with the same contents as ours: rows, count, facets, highlights."""
    found = found.facet("year").facet("topic_names").facet("language").highlight().load_all()
    rows = list(found[first : first + results.PAGE_SIZE])
    return [rows, len(found), found.facet_counts()]
