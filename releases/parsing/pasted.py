"""Plain text pasted into a release: paragraphs and lists, by the rules for whole releases."""

from __future__ import annotations

from dataclasses import dataclass

from releases.parsing import layout, lines, sections, unwrap


@dataclass(frozen=True)
class PastedText:
    """Restricted Markdown, and what was changed, as sentences."""

    markdown: str
    notes: tuple[str, ...]


def read_plain_text(text: str) -> PastedText:
    """Convert plain text with any line ends to restricted Markdown.

    Joins hard-wrapped lines, and makes lists of bullets and numbered items. Nothing is left out.
    """
    source, warnings = lines.read(text)
    markdown = sections.to_markdown(unwrap.unwrap_lines(layout.undo_lines(source)))
    return PastedText(markdown, tuple(warning.message for warning in warnings))
