"""Title and subtitles among the text tokens of a header (see docs/vocabulary.md)."""

import re
from collections.abc import Sequence

from releases.parsing import phrases
from releases.parsing.header_tokens import HeaderToken, Role

_UNFINISHED = re.compile(
    r"(?:\b(?:a|an|and|at|by|for|from|in|into|of|on|or|the|to|with|de|del|en|la|los|para|por|y)|[,–—-])$",
    re.IGNORECASE,
)
_LETTERHEAD = re.compile(
    r"(?:the\s+)?(?:office|state|county|city|department|commonwealth)\s+of\b.*"
    r"|(?:united\s+states|u\.?s\.?)\s+(?:attorney|congress|department|house|senate|senator)\b.*"
    r"|(?<!.).*\b(?:department\s+of\s+justice|district\s+attorney|attorney\s+general"
    r"|attorney['’]s\s+office)",
    re.IGNORECASE,
)
_PUNCTUATION = re.compile(r"[\W_]+")
_BRACKETS = {"“": "”", "(": ")", "‘": "’"}
_MIN_REPEATED_LENGTH = 12  # characters of a title that is printed twice
_MAX_LETTERHEAD_WORDS = 8  # words


def choose(tokens: Sequence[HeaderToken], free: Sequence[int]) -> tuple[str, list[str], list[int]]:
    """Return the title, the subtitles and the unused indexes among `free`.

    The title is below the release label if anything is; text above the label is page chrome or a
    letterhead.
    """
    named = [i for i in free if i == 0 or not phrases.BYLINE.fullmatch(tokens[i - 1].text)]
    once = [index for index in named if not _is_repeated(tokens, index, named)]
    used = _without_letterhead(tokens, _below_label(tokens, _group_adjacent(tokens, once)))
    kept = {index for group in used for index in group}
    title, subtitles = _split_title(tokens, used)
    return title, subtitles, [index for index in free if index not in kept]


def is_letterhead(text: str) -> bool:
    return len(text.split()) <= _MAX_LETTERHEAD_WORDS and bool(_LETTERHEAD.fullmatch(text))


def _is_repeated(tokens: Sequence[HeaderToken], index: int, free: Sequence[int]) -> bool:
    """Return whether a later token has the same words, as when a page repeats its title."""
    words = _normalize(tokens[index].text)
    later = (_normalize(tokens[other].text) for other in free if other > index)
    return any(
        min(len(words), len(other)) >= _MIN_REPEATED_LENGTH
        and (other.startswith(words) or words.startswith(other))
        for other in later
    )


def _normalize(text: str) -> str:
    return _PUNCTUATION.sub(" ", text.casefold()).strip()


def _group_adjacent(tokens: Sequence[HeaderToken], free: Sequence[int]) -> list[list[int]]:
    """Group free tokens that are adjacent, without a blank line between."""
    groups: list[list[int]] = []
    for index in free:
        if groups and groups[-1][-1] == index - 1 and not tokens[index].after_blank:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _below_label(tokens: Sequence[HeaderToken], groups: list[list[int]]) -> list[list[int]]:
    at = [index for index, token in enumerate(tokens) if token.role is Role.RELEASE_LABEL]
    below = [group for group in groups if at and group[0] > at[-1]]
    return below or groups


def _without_letterhead(tokens: Sequence[HeaderToken], groups: list[list[int]]) -> list[list[int]]:
    text = " ".join(tokens[index].text for index in groups[0]) if groups else ""
    return groups[1:] if len(groups) > 1 and is_letterhead(text) else groups


def _split_title(tokens: Sequence[HeaderToken], groups: list[list[int]]) -> tuple[str, list[str]]:
    if not groups:
        return "", []
    texts = [tokens[index].text for index in groups[0]]
    size = 1
    while size < len(texts) and _continues(" ".join(texts[:size]), texts[size]):
        size += 1
    others = [" ".join(tokens[index].text for index in group) for group in groups[1:]]
    return " ".join(texts[:size]), texts[size:] + others


def _continues(title: str, line: str) -> bool:
    """Return whether the title continues on the line: both in capitals, or the first unfinished."""
    is_open = any(title.count(opens) > title.count(ends) for opens, ends in _BRACKETS.items())
    return (
        (_is_capitals(title) and _is_capitals(line)) or is_open or bool(_UNFINISHED.search(title))
    )


def _is_capitals(text: str) -> bool:
    """Return whether the text is in capitals, except for an "iPAD" or a "McDONALD"."""
    return sum(map(str.islower, text)) * 10 <= sum(map(str.isalpha, text))
