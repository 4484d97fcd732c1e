"""What a text puts between quotation marks: the words that somebody said."""

from __future__ import annotations

import re

# A quotation that runs over several paragraphs opens in each and closes in the last; one that is
# never closed ends with its paragraph. https://www.unicode.org/charts/PDF/U2000.pdf
_QUOTED = re.compile(r"[“”„«\"]([^“”„«»\"\n]+)")
_OPENING = re.compile(r"(?:(?<=[\s(\[—–])|^)[\"”]|[“„«]", re.MULTILINE)


def quotations(text: str) -> str:
    """The passages between double quotation marks, straight, curly or angular, a line each."""
    passages = (_QUOTED.match(text, opening.start()) for opening in _OPENING.finditer(text))
    return "\n".join(passage[1].strip() for passage in passages if passage)
