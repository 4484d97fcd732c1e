"""Quotations in a text."""

from __future__ import annotations

import re

# A quotation of several paragraphs opens in each and closes in the last; an unclosed one ends with
# its paragraph. https://www.unicode.org/charts/PDF/U2000.pdf
_QUOTED = re.compile(r"[“”„«\"]([^“”„«»\"\n]+)")
_OPENING = re.compile(r"(?:(?<=[\s(\[—–])|^)[\"”]|[“„«]", re.MULTILINE)


def quotations(text: str) -> str:
    """Return the passages in double quotation marks (straight, curly, angular), one per line."""
    passages = (_QUOTED.match(text, opening.start()) for opening in _OPENING.finditer(text))
    return "\n".join(passage[1].strip() for passage in passages if passage)
