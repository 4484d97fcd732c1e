"""How matches are weighed, by whichever engine: BM25F (Robertson and Zaragoza 2009, "The
Probabilistic Relevance Framework: BM25 and Beyond"), and a little for what is new."""

from math import log

SATURATION = 1.2  # BM25's k1: how soon more of a word stops to matter
LENGTH_WEIGHT = {"text": 0.6, "title": 0.3}  # BM25's b: how much a long text is held back
RECENCY_WEIGHT = 0.1  # how much more the newest release counts; half as much a year later
MIN_RARITY = 0.1  # rarity of a word that nine releases of ten have: it tells nothing
MIN_RARITY_SHARE = (
    0.5  # where most words are enough: this share of what all of them tell, by their rarity
)


def rarity(having: int, among: int) -> float:
    """How much it tells of a release to be one of those `having` something: BM25's inverse
    frequency."""
    return log(1 + max(among - having + 0.5, 0) / (having + 0.5))
