"""Cursors survive a URL unchanged; anything else is rejected."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.content import cursors

moments = st.integers(-9 * 10**15, 9 * 10**15).map(
    lambda count: (
        datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(microseconds=count)
    )
)


@given(moments, st.integers(0, 10**18 - 1))
def test_cursor_is_decoded_as_encoded(moment, pk):
    assert cursors.decode(cursors.encode((moment, pk))) == (moment, pk)


@pytest.mark.parametrize(
    "word", ["", "1", "1-", "-1", "1-2-3", "a-1", "1-1\n", "²-1", "9" * 16 + "-" + "9" * 19, "1--1"]
)
def test_other_words_are_not_a_cursor(word):
    with pytest.raises(ValueError, match="is not a cursor"):
        cursors.decode(word)
