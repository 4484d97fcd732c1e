"""Edit distance between a typed word and the one that was meant."""

from __future__ import annotations

LETTERS_PER_EDIT = 3  # one edit allowed in three letters, two in six


def edit_distance(typed: str, meant: str) -> int:
    """Return the number of omitted, added, changed or transposed letters, where all f written for
    ph are one."""
    heard = _heard(typed), _heard(meant)
    distance = _distance(typed, meant)
    return distance if heard == (typed, meant) else min(distance, _distance(*heard) + 1)


def _heard(word: str) -> str:
    return word.replace("ph", "f")


def _distance(typed: str, meant: str) -> int:
    """Return the optimal string alignment distance (Damerau 1964)."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, 1):
        before, row, above = row, [i], before
        for j, other in enumerate(meant, 1):
            best = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]


def is_likely_typo(typed: str, meant: str) -> bool:
    return edit_distance(typed, meant) <= len(typed) // LETTERS_PER_EDIT
