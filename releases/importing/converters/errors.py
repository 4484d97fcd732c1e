"""Refusals of converters."""


class RefusedError(Exception):
    """Refusal of a file; the message is a sentence with the reason and the remedy."""


DAMAGED = "It is damaged or unusual: open it on your computer, save it again, and import that."
EMPTY = "It has no text."
