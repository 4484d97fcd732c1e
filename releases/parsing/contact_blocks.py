"""Contact block among the tokens of a header."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from releases.parsing import phrases
from releases.parsing.alternatives import LOWERCASE_IN_TITLES
from releases.parsing.header_tokens import HeaderToken, Role

# Flattened columns put these between lines of a block.
_ROLES_IN_BETWEEN = (
    Role.DATE,
    Role.RELEASE_LABEL,
    Role.IGNORED,
)
_MAX_PERSON_WORDS = 7  # words of a name, or of a role
_MAX_LINES_BETWEEN = 12  # names and roles between two addresses


def find(tokens: Sequence[HeaderToken]) -> set[int]:
    """Return the indexes of the contact block, labeled or not; empty if no one is named."""
    labeled = [index for index, token in enumerate(tokens) if token.role is Role.CONTACT]
    if labeled:
        return {index for start in labeled for index in _labeled_block(tokens, start)}
    return set(_unlabeled_block(tokens))


def keep_headings(tokens: list[HeaderToken]) -> None:
    """Make a word text that is a contact's label only above a number or address."""
    for index, token in enumerate(tokens):
        if token.role is Role.CONTACT and phrases.CONTACT_OR_HEADING.fullmatch(token.text):
            roles = {tokens[each].role for each in _labeled_block(tokens, index)}
            if Role.PHONE_OR_EMAIL not in roles:
                tokens[index] = replace(token, role=Role.TEXT, value=token.text)


def printed_lines(tokens: Sequence[HeaderToken], block: Iterable[int]) -> list[str]:
    """Return the block as printed, without its labels; a number label below the first line
    stays."""
    kept: list[str] = []
    for index in sorted(block):
        token = tokens[index]
        words = token.text if token.role is Role.NUMBER_LABEL and kept else token.value
        if words:
            kept.append(words)
    return kept


def _labeled_block(tokens: Sequence[HeaderToken], start: int) -> list[int]:
    block = [start, *_continuation(tokens, start)]
    is_bare = len(block) == 1 and not tokens[start].value
    if is_bare and start + 1 < len(tokens) and _looks_like_person(tokens[start + 1]):
        block.append(start + 1)
    return block


def _continuation(tokens: Sequence[HeaderToken], start: int) -> list[int]:
    """Return the names, roles and addresses below a line of the block, up to the last address."""
    block: list[int] = []
    between: list[int] = []
    for index in range(start + 1, len(tokens)):
        token = tokens[index]
        if token.role is Role.PHONE_OR_EMAIL:
            block += [*between, index]
            between = []
        elif token.role in (Role.NUMBER_LABEL, Role.DETAIL) or _looks_like_person(token):
            between.append(index)
        elif token.role not in _ROLES_IN_BETWEEN:
            break
        if len(between) > _MAX_LINES_BETWEEN:
            break
    return block


def _unlabeled_block(tokens: Sequence[HeaderToken]) -> list[int]:
    """Return a block without a label: the first address, the name and role above it, and what
    follows."""
    first = next((i for i, token in enumerate(tokens) if token.role is Role.PHONE_OR_EMAIL), None)
    if first is None:
        return []
    start = first
    while start > 0 and first - start < 3 and _looks_like_person(tokens[start - 1]):
        start -= 1
    block = [*range(start, first + 1), *_continuation(tokens, first)]
    others = [i for i, token in enumerate(tokens) if token.role is Role.TEXT and i not in block]
    return block if others or start == first else block[1:]


def _looks_like_person(token: HeaderToken) -> bool:
    """Return whether the token can be a name or a role: few words, capitalized, not a sentence."""
    words = token.text.split()
    if token.role is not Role.TEXT or len(words) > _MAX_PERSON_WORDS or token.text.endswith("."):
        return False
    if token.text.isupper() and len(words) > 3:
        return False
    capitals = (word[0].isupper() or word.lower() in LOWERCASE_IN_TITLES for word in words)
    return all(capitals) and not any(map(str.isdigit, token.text))
