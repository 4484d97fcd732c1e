"""English sentences that templates translate into the reader's language."""

from __future__ import annotations

from typing import Any


class Message(str):
    """An English sentence with the msgid and the values that it was formatted from."""

    message: str
    values: dict[str, Any]


def message(message: str, **values: Any) -> Message:
    """Format the msgid, whose placeholders are %(name)s; a value may itself be a Message."""
    # The name is a keyword of makemessages, which extracts the msgid.
    sentence = Message(message % values)
    sentence.message, sentence.values = message, values
    return sentence
