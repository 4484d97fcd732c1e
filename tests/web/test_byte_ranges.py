"""Byte ranges (RFC 9110)."""

import pytest

from releases.web import byte_ranges


@pytest.mark.parametrize(
    ("header", "offsets"),
    [
        ("bytes=0-9", range(10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=-5", range(95, 100)),
        ("bytes=50-1000", range(50, 100)),
        ("bytes=-1000", range(100)),
    ],
)
def test_range_is_of_the_file(header, offsets):
    assert byte_ranges.parse(header, 100) == offsets


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=9-1", "bytes=0-1,5-6", "lines=1-2", "x"])
def test_invalid_or_multiple_ranges_get_the_whole_file(header):
    assert byte_ranges.parse(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0"])
def test_range_beyond_the_file_is_416(header):
    with pytest.raises(byte_ranges.UnsatisfiableRangeError):
        byte_ranges.parse(header, 100)
