"""Warnings about uncertain parts of a source text, for the person who imports it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ParseWarning:
    """Part of an import that a person should check.

    `field` is its release field, `code` a stable slug, `message` one sentence that quotes the
    uncertain words and, where there is one, names the remedy.
    """

    field: str
    code: str
    message: str
