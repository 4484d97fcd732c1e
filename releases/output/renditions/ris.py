"""A release as RIS: a report of kind "Press release".

A comma would part a name; the office is its author in one piece without one.
"""

from __future__ import annotations

from django.conf import settings

from releases.output.edition import Edition


def make(edition: Edition) -> bytes:
    """One record, its lines ended as the format has it: CR LF."""
    tags = (
        ("TY", "RPRT"),
        ("AU", settings.OFFICE_NAME),
        ("TI", edition.title),
        ("PB", settings.OFFICE_NAME),
        ("M3", "Press release"),
        ("SN", edition.number),
        ("PY", f"{edition.date:%Y}"),
        ("DA", f"{edition.date:%Y/%m/%d}"),
        ("ET", f"Version {edition.version.number}"),
        ("LA", edition.text.language),
        ("UR", edition.permalink),
        ("ER", ""),
    )
    lines = (f"{tag}  - {' '.join(value.split())}" for tag, value in tags)
    return "".join(f"{line}\r\n" for line in lines).encode()
