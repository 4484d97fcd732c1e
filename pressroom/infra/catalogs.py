"""Languages of the public pages: English, and each with a catalog of translations."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import get_language_info, to_language


def languages(folder: Path) -> list[tuple[str, str]]:
    """Return tag and own name of each language that has a compiled catalog in the folder."""
    found = sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/django.mo"))
    return [(tag, _own_name(tag)) for tag in map(to_language, found)]


def _own_name(tag: str) -> str:
    name: str = get_language_info(tag)["name_local"]
    return name[:1].upper() + name[1:]
