import random
from itertools import pairwise

from releases.models import Release
from releases.search.hits import Hit
from releases.search.near_duplicates import COMPARED, MIN_SHARED, _words, fold_similar

VOCABULARY = [f"word{number}" for number in range(40)]


def share_of_pairs(some: str, other: str) -> float:
    pairs = [{*pairwise(text.split())} for text in (some, other)]
    return len(pairs[0] & pairs[1]) / (len(pairs[0] | pairs[1]) or 1)


def changed(words: list[str], count: int, chance: random.Random) -> str:
    copy = list(words)
    for place in chance.sample(range(len(copy)), min(count, len(copy))):
        copy[place] = chance.choice(VOCABULARY)
    return " ".join(copy)


def is_folded(some: str, other: str) -> bool:
    hits = [Hit(Release(body=body), (), ()) for body in (some, other)]
    return len(fold_similar(hits)) == 1


def test_releases_are_folded_exactly_if_they_share_enough_pairs_of_words():
    chance = random.Random(1)
    for _ in range(500):
        words = chance.choices(VOCABULARY, k=chance.randrange(2, 60))
        texts = " ".join(words), changed(words, chance.randrange(30), chance)
        assert is_folded(*texts) is (share_of_pairs(*texts) >= MIN_SHARED)


def test_nothing_is_folded_of_no_results():
    assert fold_similar([]) == []


def test_texts_of_less_than_two_words_are_never_folded():
    assert not is_folded("", "")
    assert not is_folded("word", "word")


def test_marks_between_words_do_not_matter():
    assert _words("“it’s” one…two — don't_go, año") == [
        "it",
        "s",
        "one",
        "two",
        "don",
        "t_go",
        "año",
    ]


def test_only_the_beginning_is_compared():
    same = "same words again and " * COMPARED
    assert is_folded(same, same[: COMPARED + 1] + " ".join(VOCABULARY * 9))
