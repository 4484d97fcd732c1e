"""Shapes of the parts of an address."""

import re

from releases.output.renditions import RENDITIONS


class ReleaseNumberConverter:
    """A release's number: year of issue, a hyphen, the serial in at least four digits."""

    regex = r"[0-9]{4}-[0-9]{4,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class YearConverter:
    """A year of four digits."""

    regex = r"[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class TwoDigitConverter:
    """A month or a day, always in two digits, so that each archive has one address."""

    regex = r"[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


class KeyConverter:
    """The random key of an image or an attachment: 32 hexadecimal digits."""

    regex = r"[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PreviewTokenConverter:
    """What a preview's address bears: 256 random bits in URL-safe Base64 (RFC 4648)."""

    regex = r"[A-Za-z0-9_-]{43}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FileNameConverter:
    """The last part of a file's address: no slash, no leading dot, nothing to escape."""

    regex = r"[a-z0-9][a-z0-9_.-]{0,99}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RestConverter:
    """Whatever an address goes on with: Django's own `path` stops at a line break."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class VersionConverter:
    """The number of a version, from 1 on, without leading zeros."""

    regex = r"[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class ParagraphConverter:
    """The number of a paragraph behind a p, as its id on the page has it: p3."""

    regex = r"p[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value[1:])

    def to_url(self, value: int) -> str:
        return f"p{value}"


class VersionPairConverter:
    """Two versions to compare, the earlier one first: 1..2."""

    regex = r"[1-9][0-9]{0,8}\.\.[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> tuple[int, int]:
        """ValueError, which Django answers with 404, where the later one comes first."""
        before, after = (int(number) for number in value.split(".."))
        if before >= after:
            raise ValueError(f"{before} is not before {after}.")
        return before, after

    def to_url(self, value: tuple[int, int]) -> str:
        return f"{value[0]}..{value[1]}"


class SuffixConverter:
    """What a release can be had as besides its page, as txt or csl.json."""

    regex = "|".join(re.escape(suffix) for suffix in RENDITIONS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FeedConverter:
    """A format of feeds."""

    regex = "atom|rss|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class StreamConverter:
    """A format of whole lists."""

    regex = "csv|jsonl"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
