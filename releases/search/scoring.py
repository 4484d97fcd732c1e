"""Parameters of relevance, shared by the engines: BM25F (Robertson and Zaragoza 2009, "The
Probabilistic Relevance Framework: BM25 and Beyond") with a boost for recent releases."""

from math import log

SATURATION = 1.2  # BM25's k1: how soon further occurrences stop counting
LENGTH_WEIGHT = {"text": 0.6, "title": 0.3}  # BM25's b: how much length lowers the score
RECENCY_WEIGHT = 0.1  # boost of the newest release; half as much a year later
MIN_RARITY = 0.1  # rarity of a word in nine of ten releases, which says nothing
MIN_RARITY_SHARE = 0.5  # share of the total rarity that "match most" requires


def rarity(having: int, among: int) -> float:
    """Return BM25's inverse document frequency of a term that `having` of `among` releases have."""
    return log(1 + max(among - having + 0.5, 0) / (having + 0.5))
