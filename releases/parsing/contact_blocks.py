"""Which cells of a header are its contact block."""

from collections.abc import Iterable, Sequence

from releases.parsing.alternatives import LOWERCASE_IN_TITLES
from releases.parsing.header_tokens import HeaderToken, Role

_ROLES_IN_BETWEEN = (
    Role.DATE,
    Role.RELEASE_LABEL,
    Role.IGNORED,
)  # columns that were flattened lie in between
_MAX_PERSON_WORDS = 7  # words of a name, or of a role
_MAX_LINES_BETWEEN = 12  # names and roles between two addresses


def find(cells: Sequence[HeaderToken]) -> set[int]:
    """The indexes of the contact block, labelled or not; none where nobody is named."""
    labelled = [index for index, cell in enumerate(cells) if cell.role is Role.CONTACT]
    if labelled:
        return {index for start in labelled for index in _labelled_block(cells, start)}
    return set(_unlabelled_block(cells))


def printed_lines(cells: Sequence[HeaderToken], block: Iterable[int]) -> list[str]:
    """The block as printed, its labels removed; a label of numbers below the first line stays."""
    kept: list[str] = []
    for index in sorted(block):
        cell = cells[index]
        words = cell.text if cell.role is Role.NUMBER_LABEL and kept else cell.value
        if words:
            kept.append(words)
    return kept


def _labelled_block(cells: Sequence[HeaderToken], start: int) -> list[int]:
    block = [start, *_continuation(cells, start)]
    is_bare = len(block) == 1 and not cells[start].value
    if is_bare and start + 1 < len(cells) and _looks_like_person(cells[start + 1]):
        block.append(start + 1)
    return block


def _continuation(cells: Sequence[HeaderToken], start: int) -> list[int]:
    """The names, roles and addresses below a line of the block, as far as an address follows."""
    block: list[int] = []
    between: list[int] = []
    for index in range(start + 1, len(cells)):
        cell = cells[index]
        if cell.role is Role.PHONE_OR_EMAIL:
            block += [*between, index]
            between = []
        elif cell.role is Role.NUMBER_LABEL or _looks_like_person(cell):
            between.append(index)
        elif cell.role not in _ROLES_IN_BETWEEN:
            break
        if len(between) > _MAX_LINES_BETWEEN:
            break
    return block


def _unlabelled_block(cells: Sequence[HeaderToken]) -> list[int]:
    """A block without a label: the first address, the name and role above it, and what follows."""
    first = next((i for i, cell in enumerate(cells) if cell.role is Role.PHONE_OR_EMAIL), None)
    if first is None:
        return []
    start = first
    while start > 0 and first - start < 3 and _looks_like_person(cells[start - 1]):
        start -= 1
    block = [*range(start, first + 1), *_continuation(cells, first)]
    others = [i for i, cell in enumerate(cells) if cell.role is Role.TEXT and i not in block]
    return block if others or start == first else block[1:]


def _looks_like_person(cell: HeaderToken) -> bool:
    """Whether the words can be a name or a role: few, capitalised, no sentence, no headline."""
    words = cell.text.split()
    if cell.role is not Role.TEXT or len(words) > _MAX_PERSON_WORDS or cell.text.endswith("."):
        return False
    if cell.text.isupper() and len(words) > 3:
        return False
    capitals = (word[0].isupper() or word.lower() in LOWERCASE_IN_TITLES for word in words)
    return all(capitals) and not any(map(str.isdigit, cell.text))
