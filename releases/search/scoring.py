"""Parameters of relevance, shared by the engines: BM25F (Robertson and Zaragoza 2009, "The
Probabilistic Relevance Framework: BM25 and Beyond"), with a boost for recent releases and for words
that are together (after Metzler and Croft 2005, "A Markov Random Field Model for Term
Dependencies")."""

from math import log

SATURATION = 1.2  # BM25's k1: how soon further occurrences stop counting
LENGTH_WEIGHT = {"text": 0.6, "title": 0.3}  # BM25's b: how much length lowers the score
RECENCY_WEIGHT = 0.1  # boost of the newest release; half as much a year later
MIN_RARITY = 0.1  # rarity of a word in nine of ten releases, which says nothing
MIN_RARITY_SHARE = 0.5  # share of the total rarity that "match most" requires

# Shares that the score grows by for words of the query that are together in a release.
PHRASE_WEIGHT = 0.25  # all in a row, for each word after the first
TITLE_PHRASE_WEIGHT = 0.5  # in the title, too
LEAD_WEIGHT = 0.25  # among the first LEAD_LENGTH words, too
QUOTE_WEIGHT = 0.25  # in a quotation, too
NEXT_WEIGHT = 0.2  # neighbors in a row, over all of them
NEAR_WEIGHT = 0.2  # neighbors within NEAR_DISTANCE, in either order, over all of them
TITLE_WEIGHT = 0.3  # all in the title, in any form and order
LEAD_LENGTH = 120  # words: title, subtitle, date, place and the first paragraph
NEAR_DISTANCE = 8  # words


def rarity(having: int, among: int) -> float:
    """Return BM25's inverse document frequency of a term that `having` of `among` releases have."""
    return log(1 + max(among - having + 0.5, 0) / (having + 0.5))
