"""Forwarded messages in the text of a mail, as mail programs write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from releases.content import rich_text
from releases.content.rich_text import Block

MAX_LINES = 60  # of a note above and of the header
MAX_SIGNATURE = 15  # lines
_FIELD = re.compile(
    r"[>*\s]{0,4}(?P<name>From|Date|Sent|To|Cc|Subject|De|Fecha|Enviado|Para|Asunto)\*?:\*?"
    r"(?P<value>.*)",
    re.IGNORECASE,
)
_MARKER = re.compile(
    r"[-_> ]{0,20}(?:(?:begin )?forwarded message|original message|mensaje reenviado)[-_: ]{0,20}",
    re.IGNORECASE,
)
_FROM, _SUBJECT, _DATE = {"from", "de"}, {"subject", "asunto"}, {"date", "sent", "fecha", "enviado"}


@dataclass(frozen=True)
class Header:
    """Header of a forwarded message: its last line is the one before `end`."""

    end: int
    subject: str = ""
    date: str = ""


def find_header(lines: Sequence[str]) -> Header | None:
    """Return the header near the top; a release's own "From:" has no address of a mail."""
    fields: dict[str, str] = {}
    end, is_marked = 0, False
    for index, line in enumerate(lines[:MAX_LINES]):
        if found := _FIELD.fullmatch(line.strip()):
            fields.setdefault(found["name"].lower(), found["value"].strip())
            end = index + 1
        elif fields and line.strip():
            break
        is_marked = is_marked or bool(_MARKER.fullmatch(line.strip()))
    sender, subject = (_first(fields, names) for names in (_FROM, _SUBJECT))
    if len(fields) < 3 or not subject or not (is_marked or "@" in sender):
        return None
    return Header(end, subject, _first(fields, _DATE))


def _first(fields: dict[str, str], names: set[str]) -> str:
    return next((value for name, value in fields.items() if name in names), "")


def unwrap_text(text: str) -> tuple[str, list[str], Header | None]:
    """Return the text without a forwarding note, a header and a signature; their lines; and the
    header."""
    lines = text.replace("\r\n", "\n").split("\n")
    header = find_header(lines)
    start = header.end if header else 0
    end = _signature(lines)
    dropped = [*lines[:start], *lines[end:]]
    return "\n".join(lines[start:end]), [line.strip() for line in dropped if line.strip()], header


def _signature(lines: Sequence[str]) -> int:
    """Return where a signature begins (RFC 3676, 4.3), else the end."""
    first = max(len(lines) - MAX_SIGNATURE, 1)
    marks = (at for at in range(first, len(lines)) if lines[at] in ("-- ", "--"))
    return next(marks, len(lines))


def unwrap_blocks(blocks: Sequence[Block]) -> tuple[list[Block], list[str], Header | None]:
    """Return formatted text without a forwarding note and header; their words; and the header."""
    lines: list[str] = []
    ends: list[int] = []  # after how many lines each block ends
    for block in blocks[:MAX_LINES]:
        lines += rich_text.text_of(block.runs).split("\n")
        ends.append(len(lines))
    header = find_header(lines)
    if header is None or header.end not in ends:
        return list(blocks), [], None
    kept = ends.index(header.end) + 1
    words = [rich_text.plain(block) for block in blocks[:kept]]
    return list(blocks[kept:]), list(filter(None, words)), header
