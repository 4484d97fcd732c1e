"""Paragraph numbers are permanent, follow their text, and are never reused."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.content import paragraph_ids

A = "The county opened two records offices in the old courthouse today."
B = "Residents can ask for deeds, maps and minutes without an appointment."
C = "The offices are open on weekdays from nine to five."
FIRST, SECOND = B.split(" maps ")[0] + ".", "Maps " + B.split(" maps ")[1]
EDITED = B.replace("minutes", "court files")
NEW = "Parking is free."


def numbered(*texts):
    return dict(enumerate(texts, start=1))


@pytest.mark.parametrize(
    ("before", "after", "numbers"),
    [
        ([A, B, C], [A, B, C], [1, 2, 3]),
        ([A, B, C], [A, NEW, B, C], [1, 4, 2, 3]),
        ([A, B, C], [A, C], [1, 3]),
        ([A, B, C], [A, EDITED, C], [1, 2, 3]),
        ([A, B, C], [C, A, B], [3, 1, 2]),
        ([A, B, C], [A, FIRST, SECOND, C], [1, 4, 2, 3]),
        ([A, B, C], [f"{NEW} {B}", C], [2, 3]),
        ([NEW, B, C], [f"{NEW} {B}", C], [2, 3]),
        ([A, B, C], [A, NEW, C], [1, 4, 3]),
        ([A, B], [A, f"  {B.replace(' ', '  ')} "], [1, 2]),
        (["Yes.", "Yes."], ["Yes.", "Yes.", "Yes."], [1, 2, 3]),
        (["* * *"], ["—"], [2]),
        ([], [A], [1]),
        ([A], [], []),
    ],
    ids=[
        "same",
        "inserted",
        "removed",
        "edited",
        "moved",
        "split",
        "added to",
        "merged",
        "replaced",
        "white space",
        "twins",
        "marks only",
        "from nothing",
        "to nothing",
    ],
)
def test_numbers_follow_the_words(before, after, numbers):
    assert paragraph_ids.carry(numbered(*before), after, len(before)) == numbers


def test_number_of_any_version_is_not_reused():
    assert paragraph_ids.carry({1: A}, [A, NEW], highest_used=7) == [1, 8]


words = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon"]), max_size=6)
some_texts = st.lists(words.map(" ".join), max_size=8)


@given(some_texts, some_texts)
def test_every_paragraph_has_a_unique_number(before, after):
    numbers = paragraph_ids.carry(numbered(*before), after, highest_used=100)

    assert len(numbers) == len(set(numbers)) == len(after)
    assert all(number <= len(before) or number > 100 for number in numbers)


@given(some_texts, some_texts)
def test_unchanged_paragraph_keeps_its_number(before, after):
    numbers = paragraph_ids.carry(numbered(*before), after, highest_used=100)

    for text in set(before):
        mine = [n for n, earlier in numbered(*before).items() if earlier == text]
        kept = min(before.count(text), after.count(text))
        assert set(mine[:kept]) <= set(numbers)


def test_long_text_that_changes_everywhere_is_numbered_in_seconds():
    before = [f"Paragraph {n} names county {n} and clerk {n} of the year." for n in range(2000)]
    started = time.monotonic()

    numbers = paragraph_ids.carry(numbered(*before), [f"{text} Revised." for text in before], 2000)

    assert numbers == list(range(1, 2001))
    assert time.monotonic() - started < 5
