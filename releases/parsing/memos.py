"""Labels of a memorandum in a header: To, From, Date and Subject."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from releases.parsing import titles
from releases.parsing.header_tokens import HeaderToken, Role

_LABEL = re.compile(
    r"(?:(?P<to>to|para|à|b?cc)|(?P<sender>from|de)|(?P<date>date|fecha|sent)"
    r"|(?P<subject>subject|re|asunto|objet))\s*:\s*(?P<value>.*)",
    re.IGNORECASE,
)
_BETWEEN_LABELS = (Role.DATE, Role.PHONE_OR_EMAIL, Role.DETAIL)
# As in "From: Rags to Riches".
_OF_A_HEADLINE = re.compile(r"\bto\b|:|\s(?-i:[aà])\s", re.IGNORECASE)


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
    if match["sender"] and role is Role.PHONE_OR_EMAIL:
        return Role.CONTACT
    is_other = match["subject"] or role is Role.CONTACT
    return role if is_other else Role.IGNORED


def keep_headline(tokens: list[HeaderToken], block: set[int], subjects: Collection[int]) -> None:
    """Make a subject text if a headline is above it, unless it is one of a memorandum's."""
    has_headline = False
    for index, token in enumerate(tokens):
        match = _LABEL.fullmatch(token.text)
        if token.role is Role.TITLE and match and has_headline and index not in subjects:
            tokens[index] = replace(token, role=Role.TEXT, value=token.text)
        has_headline = has_headline or (_is_headline(token) and index not in block)


def leave_out_senders(tokens: list[HeaderToken], block: set[int]) -> None:
    """Take a sender for no text if another line can be the title: `From: Pat Doe`."""
    label = max(
        (i for i, token in enumerate(tokens) if token.role is Role.RELEASE_LABEL), default=0
    )
    texts = {i for i, token in enumerate(tokens) if token.role in (Role.TEXT, Role.TITLE)} - block
    senders = {i for i in texts if _is_sender(tokens[i])}
    others = texts - senders
    above = {i for i in others if i >= label and _is_headline(tokens[i])}
    for index in senders:
        if any(other > index or other in above for other in others):
            tokens[index] = replace(tokens[index], role=Role.IGNORED)


def _is_headline(token: HeaderToken) -> bool:
    match = _LABEL.fullmatch(token.text)
    is_label = match and (match["to"] or match["date"] or _is_sender(token))
    return token.role is Role.TEXT and not is_label and not titles.is_letterhead(token.text)


def _is_sender(token: HeaderToken) -> bool:
    match = _LABEL.fullmatch(token.text)
    return bool(match and match["sender"] and not _OF_A_HEADLINE.search(match["value"]))


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
