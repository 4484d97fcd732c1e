"""Tags that a page prints around a release: "Tagged with:", "Topics: Roads, Parks"."""

import re
from collections.abc import Iterable, Iterator

from releases.parsing import phrases

_LABEL = re.compile(
    r"(?:(?:pr )?tags?|tagged with|filed under|posted in|categor(?:y|ies)|topics?|issues?|etiquetas"
    r"|temas?)(?: ?: ?(?P<rest>.*))?",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[,;|]")
_MAX_TAG = 80  # characters
_MAX_TAGS = 20


def find(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the tags among lines that belong to no field of the release."""
    return tuple(dict.fromkeys(_tags(texts)))[:_MAX_TAGS]


def _tags(texts: Iterable[str]) -> Iterator[str]:
    is_below_label = False
    for text in texts:
        label = _LABEL.fullmatch(text)
        if label:
            is_below_label = not label["rest"]
            for tag in _SEPARATOR.split(label["rest"] or ""):
                if 0 < len(tag.strip()) <= _MAX_TAG:
                    yield tag.strip()
        elif is_below_label and len(text) <= _MAX_TAG and not _is_label(text):
            yield text
        else:
            is_below_label = False


def _is_label(text: str) -> bool:
    return bool(phrases.PAGE_FOOTER.fullmatch(text) or phrases.PAGE_CHROME.fullmatch(text))
