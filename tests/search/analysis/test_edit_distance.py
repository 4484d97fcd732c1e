import pytest

from releases.search.analysis.edit_distance import edit_distance, is_likely_typo


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
        ("pedofile", "pedophile", 1),
        ("phillmore", "filmore", 2),
        ("telephone", "telephone", 0),
    ],
)
def test_edits_are_counted(typed, meant, count):
    assert edit_distance(typed, meant) == count


def test_longer_word_may_have_more_edits():
    assert is_likely_typo("wter", "water")
    assert not is_likely_typo("wtr", "waiter")
    assert is_likely_typo("traficing", "trafficking")
