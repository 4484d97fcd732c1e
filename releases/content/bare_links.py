"""Links for addresses that are printed as words: `https://…`, `www.…` and e-mail addresses."""

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

_ADDRESS = re.compile(
    r"(?<![\w@./:-])(?:https?://(?=\w)|www\.(?=\w))[^\s<>\"“”‘’|\\]{1,2000}"
    r"|(?<![\w.+/:-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?![\w@])",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?*_'’…"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def add(children: Sequence[Token], normalize: Callable[[str], str]) -> list[Token]:
    """Return inline tokens with a link around each printed address; the words stay as printed."""
    found: list[Token] = []
    depth = 0
    for token in children:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        is_text = token.type == "text" and not depth and _may_have(token.content)
        found += _linked(token, normalize) if is_text else [token]
    return found


def split(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a text with the address that each links to; "" for none."""
    at = 0
    for match in _ADDRESS.finditer(text) if _may_have(text) else ():
        words = _without_punctuation(match[0])
        if "." not in words.removeprefix("www."):
            continue
        yield text[at : match.start()], ""
        yield words, _target(words)
        at = match.start() + len(words)
    yield text[at:], ""


def _may_have(text: str) -> bool:
    if "@" in text:
        return True
    words = text.lower()
    return "://" in words or "www." in words


def _linked(token: Token, normalize: Callable[[str], str]) -> Iterator[Token]:
    for words, address in split(token.content):
        if address:
            yield Token("link_open", "a", 1, attrs={"href": normalize(address)})
        yield _text(token, words)
        if address:
            yield Token("link_close", "a", -1)


def _text(token: Token, words: str) -> Token:
    return token.copy(content=words)


def _without_punctuation(words: str) -> str:
    """Remove what ends the sentence, not the address."""
    while words[-1:] and (words[-1] in _TRAILING or _is_unopened(words)):
        words = words[:-1]
    return words


def _is_unopened(words: str) -> bool:
    opens = _PAIRS.get(words[-1])
    return opens is not None and words.count(words[-1]) > words.count(opens)


def _target(words: str) -> str:
    lower = words.lower()
    if lower.startswith(("http://", "https://")):
        return words
    return f"https://{words}" if lower.startswith("www.") else f"mailto:{words}"
