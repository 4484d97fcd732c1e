"""A place in a list goes through an address unchanged, and nothing else is read as one."""

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
def test_place_is_read_as_it_was_written(moment, pk):
    assert cursors.decode(cursors.encode((moment, pk))) == (moment, pk)


@pytest.mark.parametrize(
    "word", ["", "1", "1-", "-1", "1-2-3", "a-1", "1-1\n", "²-1", "9" * 16 + "-" + "9" * 19, "1--1"]
)
def test_what_is_no_place_is_refused(word):
    with pytest.raises(ValueError, match="no place"):
        cursors.decode(word)
