"""Labels of a memorandum in a header: To, From, Date and Subject."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from releases.parsing import titles
from releases.parsing.header_tokens import HeaderToken, Role

_LABEL = re.compile(
    r"(?:(?P<to>to|para|b?cc)|(?P<sender>from)|(?P<date>date|fecha|sent)|(?P<subject>subject|re|asunto))"
    r"\s*:\s*(?P<value>.*)",
    re.IGNORECASE,
)
_BETWEEN_LABELS = (Role.DATE, Role.PHONE_OR_EMAIL, Role.DETAIL)
_OF_A_HEADLINE = re.compile(r"\bto\b|:", re.IGNORECASE)  # as in "From: Rags to Riches"


def read_labels(tokens: list[HeaderToken]) -> set[int]:
    """Take what is next to other labels for no text; return the indexes of the subjects."""
    subjects: set[int] = set()
    for labels in _memos(tokens):
        subjects |= {index for index, match in labels.items() if match["subject"]}
        for index, match in labels.items():
            if (role := _role(match, tokens[index].role)) is not tokens[index].role:
                tokens[index] = replace(tokens[index], role=role, value=match["value"])
    return subjects


def _role(match: re.Match[str], role: Role) -> Role:
    if match["date"]:
        return Role.DATE if role is Role.TEXT else role
    is_other = match["subject"] or role is Role.CONTACT
    return role if is_other else Role.IGNORED


def keep_headline(tokens: list[HeaderToken], block: set[int], subjects: Collection[int]) -> None:
    """Make a subject text if a headline is above it, unless it is one of a memorandum's."""
    has_headline = False
    for index, token in enumerate(tokens):
        match = _LABEL.fullmatch(token.text)
        if token.role is Role.TITLE and match and has_headline and index not in subjects:
            tokens[index] = replace(token, role=Role.TEXT, value=token.text)
        is_headline = token.role is Role.TEXT and not titles.is_letterhead(token.text)
        has_headline = has_headline or (is_headline and index not in block)


def _memos(tokens: Sequence[HeaderToken]) -> Iterator[dict[int, re.Match[str]]]:
    """Yield the labels of each memorandum by index."""
    labels: dict[int, re.Match[str]] = {}
    for index, token in enumerate(tokens):
        if match := _LABEL.fullmatch(token.text):
            labels[index] = match
        elif token.role not in _BETWEEN_LABELS:
            if _is_memo(labels):
                yield labels
            labels = {}
    if _is_memo(labels):
        yield labels


def _is_memo(labels: dict[int, re.Match[str]]) -> bool:
    """Return whether the labels are a memorandum's, not a headline such as “From: Rags to Riches”
    next to one label."""
    named = {_name(match) for match in labels.values()}
    senders = [match["value"] for match in labels.values() if match["sender"]]
    if any(titles.is_letterhead(each) and ":" not in each for each in senders):
        return True
    if len(named) == 2 and "to" not in named:
        return bool(senders) and not any(map(_OF_A_HEADLINE.search, senders))
    return len(named) > 1 and bool(named & {"to", "sender"})


def _name(match: re.Match[str]) -> str:
    return next(name for name in ("to", "sender", "date", "subject") if match[name])
