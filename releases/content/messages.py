"""Sentences for the reader that are made here in English and can be said in another language."""

from __future__ import annotations

from typing import Any


class Message(str):
    """An English sentence that remembers what it was made of: `message % values`."""

    message: str
    values: dict[str, Any]


def message(message: str, **values: Any) -> Message:
    """The sentence; `message` names its values as %(name)s. Values that are remarks themselves
    can be said in another language too."""
    sentence = Message(message % values)
    sentence.message, sentence.values = message, values
    return sentence
