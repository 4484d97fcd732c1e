"""First words of a release, as lists and descriptions print them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from releases.content import markup
from releases.models import Release
from releases.parsing import contacts

LEAD_LENGTH = 280
ROW_LEAD_LENGTH = 110  # two lines in a list
# Links to media, marks of the kind of release, and phone numbers above its text.
_NO_LEAD = re.compile(
    r"^(?:[\W_]*+(?:click here|haga clic|for immediate|media advisory[\W_]*+$)|[\d\W]*+$)",
    re.IGNORECASE,
)
MAX_CONTACT = 60  # characters of a line with a phone number or e-mail address
# Its state or date, which begins with a capital or digit, and the dash. A dash between two names
# without spaces (Elm–Oak Bridge) is none.
_DATELINE_END = re.compile(
    r"(?:,\s?[^\Wa-z_][^\n–—]{0,24}?)?(?:\s?\([^\Wa-z_][^)\n]{0,24}\))?"
    r"\s{0,3}(?:--|—|–(?=\s)|(?<=\s)–|(?<=\s)-(?=\s))\s{0,3}"
)
FIRST_PARAGRAPHS = 4  # that a lead is chosen from
MAX_PLAIN_LENGTH = 900  # characters of a paragraph; all of them fit into an excerpt


def lead(release: Release, length: int = LEAD_LENGTH) -> str:
    """Return the first paragraph that tells something, without the dateline, cut after a word at
    `length` characters; "" if it begins with none."""
    title = _words(release.title)
    said = (text for text in _first_paragraphs(release.body) if _words(text) != title)
    texts = (_without_dateline(text, release.dateline) for text in said if not _is_header(text))
    paragraph = next(filter(None, texts), "")
    if len(paragraph) <= length:
        return paragraph
    whole = paragraph[: length + 1].rsplit(maxsplit=1)[0][:length]
    return f"{whole.rstrip(' ,;:–—-')}\u00a0…"  # never alone on a line


def _without_dateline(paragraph: str, dateline: str) -> str:
    """Return what follows a printed place and its dash, and its state or date between them."""
    if not dateline or not paragraph.startswith(dateline):
        return paragraph
    end = _DATELINE_END.match(paragraph, len(dateline))
    return paragraph[end.end() :] if end else paragraph


def _is_header(paragraph: str) -> bool:
    """Return whether it is a line from above the text, such as a name with a phone number."""
    is_short = len(paragraph) <= MAX_CONTACT and not paragraph.endswith((".", "!", "?"))
    is_contact = is_short and contacts.has_phone_or_email(paragraph)
    return is_contact or bool(_NO_LEAD.match(paragraph))


def _first_paragraphs(source: str) -> Iterator[str]:
    """Yield the plain text of the first units as `markup.first_paragraphs` returns it."""
    # The parser takes a third of a millisecond, and plain paragraphs need none.
    for place, text in enumerate(source.split("\n\n", FIRST_PARAGRAPHS)[:FIRST_PARAGRAPHS]):
        if not _is_plain_paragraph(text):
            yield from markup.first_paragraphs(source, FIRST_PARAGRAPHS)[place:]
            return
        yield text


def _is_plain_paragraph(text: str) -> bool:
    is_simple = len(text) <= MAX_PLAIN_LENGTH and text.isprintable() and text == text.strip() != ""
    return is_simple and markup.escape(text) == text


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
