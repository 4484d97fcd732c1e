"""Slugs from titles."""

import re
import unicodedata

MAX_LENGTH = 80
# Paths of other pages under a release's number.
RESERVED = ("cite", "preview", "versions")
PARAGRAPH_PATTERN = r"^p[0-9]+$"
_APOSTROPHES = re.compile("['’ʼ]")
# Letters without a Unicode decomposition.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_SEPARATORS = re.compile(r"[^a-z0-9]+")


def make_slug(title: str, default: str = "release") -> str:
    """Return whole lowercase ASCII words joined by hyphens, at most 80 characters, never a reserved
    address. Returns `default` if no Latin letter or digit is left."""
    plain = _APOSTROPHES.sub("", title.lower())
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    slug = _SEPARATORS.sub("-", plain).strip("-")
    if len(slug) > MAX_LENGTH:
        slug = slug[: MAX_LENGTH + 1].rpartition("-")[0] or slug[:MAX_LENGTH]
    is_taken = slug in RESERVED or re.match(PARAGRAPH_PATTERN, slug)
    return f"{slug}-release" if is_taken else slug or default


def follow_title(slug: str, old_title: str, new_title: str) -> str:
    """Return a slug of the new title for one that is empty or was made from the old title."""
    return make_slug(new_title) if slug in ("", make_slug(old_title)) else slug
