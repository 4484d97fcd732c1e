import pytest

from releases.search.analysis.edit_distance import may_mean, slips


@pytest.mark.parametrize(
    ("typed", "meant", "count"),
    [
        ("water", "water", 0),
        ("wter", "water", 1),
        ("wwater", "water", 1),
        ("wader", "water", 1),
        ("wtaer", "water", 1),
        ("wtaers", "water", 2),
        ("", "abc", 3),
    ],
)
def test_slips_are_counted(typed, meant, count):
    assert slips(typed, meant) == count


def test_a_longer_word_may_hold_more_slips():
    assert may_mean("wter", "water")
    assert not may_mean("wtr", "waiter")
    assert may_mean("traficing", "trafficking")
