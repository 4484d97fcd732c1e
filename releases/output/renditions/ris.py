"""RIS rendition: a report of type “Press release”."""

from __future__ import annotations

from pressroom.infra import office
from releases.output.edition import Edition


def make(edition: Edition) -> bytes:
    """Return one record; RIS ends lines with CR LF."""
    tags = (
        ("TY", "RPRT"),
        ("AU", office.current().name),  # one corporate author, as long as it has no comma
        ("TI", edition.title),
        ("PB", office.current().name),
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
