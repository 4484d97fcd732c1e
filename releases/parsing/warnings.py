"""What a reader of a source text tells the person who imports it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ParseWarning:
    """Something a person should look at.

    `field` is the release field it belongs to, `code` a stable slug, `message` one clear sentence
    that names the words in doubt and, where there is one, the remedy.
    """

    field: str
    code: str
    message: str
