"""Names of what a text leaves out, for people."""


def name_picture(alt: str) -> str:
    """Return the words that name a picture among what is left out."""
    return f"picture “{alt[:200]}”" if alt else "picture"


def name_caption(words: str) -> str:
    """Return the words that name a picture's caption among what is left out."""
    return f"picture’s caption “{words[:1_000]}”"
