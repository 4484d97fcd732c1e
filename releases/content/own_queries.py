"""Query strings of this site's pages, told from those of an earlier site."""

from __future__ import annotations

import re

from releases.content.legacy_keys import is_tracking, parse_query

_LISTS = {*("q", "topic", "year", "language", "from", "to", "sort", "page", "after", "before")}
# Parameters of our pages, by the first segment of their path. Other segments are not pages.
PARAMETERS: dict[str, set[str]] = {
    "": set(),
    "about": set(),
    "alerts": {*_LISTS, "list"},
    "corrections": {*_LISTS, "kind"},
    "feeds": {*_LISTS, "kind"},
    "releases": {*_LISTS, "v"},
    "search": _LISTS,
    "topics": _LISTS,
}
LANGUAGE_TAG = re.compile(r"[a-z]{2}(-[a-z]{2,8})?")


def first_segment(path: str) -> str:
    """Return the first segment after that of a language."""
    segments = path.strip("/").split("/")
    if LANGUAGE_TAG.fullmatch(segments[0]):
        segments = segments[1:]
    return segments[0] if segments else ""


def is_foreign(path: str, query: str) -> bool:
    """Return whether the path may be ours, but some parameter is none that our pages use."""
    own = PARAMETERS.get(first_segment(path)) if query else None
    if own is None:
        return False
    return any(name not in own and not is_tracking(name) for name, _ in parse_query(query))
