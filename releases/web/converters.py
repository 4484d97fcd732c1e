"""URL path converters."""

import re

from django.urls.converters import IntConverter, StringConverter

from releases.output.data_files import MEDIA_TYPES
from releases.output.renditions import RENDITIONS


class ReleaseNumberConverter(StringConverter):
    """Release number: year of issue, hyphen, serial of at least four digits."""

    regex = r"[0-9]{4}-[0-9]{4,12}"


class YearConverter(IntConverter):
    """Four-digit year."""

    regex = r"[0-9]{4}"

    def to_url(self, value: int | str) -> str:
        return f"{int(value):04d}"


class TwoDigitConverter(IntConverter):
    """Month or day, always two digits, so that each archive has one URL; never 00."""

    regex = r"0[1-9]|[1-9][0-9]"

    def to_url(self, value: int | str) -> str:
        return f"{int(value):02d}"


class KeyConverter(StringConverter):
    """Random key of an image or attachment: 32 hexadecimal digits."""

    regex = r"[0-9a-f]{32}"


class ColorConverter(StringConverter):
    """Color as six hexadecimal digits, without its #."""

    regex = r"[0-9a-f]{6}"


class PreviewTokenConverter(StringConverter):
    """Token of a preview link: 256 random bits in URL-safe Base64 (RFC 4648)."""

    regex = r"[A-Za-z0-9_-]{43}"


class SignedTokenConverter(StringConverter):
    """Signed token of a link in a mail: letters, digits, hyphens, underscores and colons."""

    regex = r"[A-Za-z0-9_:-]{20,1000}"


class FileNameConverter(StringConverter):
    """File name without slash, leading dot or characters to escape."""

    regex = r"[a-z0-9][a-z0-9_.-]{0,99}"


class RestConverter(StringConverter):
    """Any rest of the path, line breaks included, unlike Django's `path`."""

    regex = r"[\s\S]+"


class VersionConverter(IntConverter):
    """Version number, from 1, without leading zeros."""

    regex = r"[1-9][0-9]{0,8}"


class ParagraphConverter:
    """Paragraph number after a p, like the paragraph's id on the page: p3."""

    regex = r"p[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value[1:])

    def to_url(self, value: int) -> str:
        return f"p{value}"


class VersionPairConverter:
    """Two versions to compare, the earlier first: 1..2."""

    regex = r"[1-9][0-9]{0,8}\.\.[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> tuple[int, int]:
        """Raise ValueError, which Django turns into 404, unless the earlier comes first."""
        before, after = (int(number) for number in value.split(".."))
        if before >= after:
            raise ValueError(f"{before} is not before {after}.")
        return before, after

    def to_url(self, value: tuple[int, int]) -> str:
        return f"{value[0]}..{value[1]}"


class SuffixConverter(StringConverter):
    """Suffix of a rendition, such as txt or csl.json."""

    regex = "|".join(re.escape(suffix) for suffix in RENDITIONS)


class FeedConverter(StringConverter):
    """Feed format."""

    regex = "atom|rss|json"


class StreamConverter(StringConverter):
    """Format of a streamed list."""

    regex = "csv|jsonl"


class DataFileConverter(StringConverter):
    """Name of a file with everything that is public."""

    regex = "|".join(map(re.escape, MEDIA_TYPES))


CONVERTERS: dict[str, type] = {
    "number": ReleaseNumberConverter,
    "year": YearConverter,
    "two": TwoDigitConverter,
    "key": KeyConverter,
    "color": ColorConverter,
    "token": PreviewTokenConverter,
    "signed": SignedTokenConverter,
    "file": FileNameConverter,
    "rest": RestConverter,
    "version": VersionConverter,
    "paragraph": ParagraphConverter,
    "versions": VersionPairConverter,
    "suffix": SuffixConverter,
    "feed": FeedConverter,
    "stream": StreamConverter,
    "datafile": DataFileConverter,
}
