"""Quoted paragraphs, and how their wording has changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from releases.content import diffing, paragraph_ids
from releases.models import Version
from releases.output.edition import Edition


@dataclass(frozen=True)
class Quote:
    """A paragraph's text in the edition, and `now`, in the current version (None if removed)."""

    edition: Edition
    words: str
    now: str | None

    @property
    def status(self) -> str:
        """Return "unchanged", "edited" or "removed"."""
        if self.now is None:
            return "removed"
        return "unchanged" if paragraph_ids.has_same_words(self.words, self.now) else "edited"

    @property
    def differences(self) -> tuple[diffing.Paragraph, ...]:
        """Return a word diff to the current wording."""
        return diffing.compare_texts(self.words, self.now or "")

    @cached_property
    def changed_by(self) -> Version | None:
        """Return the first later version in which the paragraph differs or is missing."""
        return next((row for row in self._later_versions() if not self._is_unchanged_in(row)), None)

    @property
    def moved_to(self) -> int | None:
        """Return the current paragraph that contains the whole text of a removed one."""
        words = " ".join(self.words.split())
        present = self.edition.latest.paragraphs.items()
        containing = (
            number for number, text in present if words and words in " ".join(text.split())
        )
        return next(containing, None) if self.now is None else None

    def _later_versions(self) -> list[Version]:
        versions = self.edition.release.public_versions
        return [row for row in versions if row.number > self.edition.version.number]

    def _is_unchanged_in(self, version: Version) -> bool:
        text = version.paragraphs.get(self.edition.paragraph or 0)
        return text is not None and paragraph_ids.has_same_words(self.words, text)


def quote_paragraph(edition: Edition, paragraph: int) -> Quote:
    """Return the edition's paragraph with that number. Raises LookupError if there is none."""
    words = edition.version.paragraphs[paragraph]
    now = edition.latest.paragraphs.get(paragraph)
    return Quote(replace(edition, paragraph=paragraph), words, now)


def last_edition_with(edition: Edition, paragraph: int) -> Edition:
    """Return the last edition with the paragraph. Raises LookupError if there is none."""
    for version in reversed(edition.release.public_versions):
        if paragraph in version.paragraphs:
            return replace(edition, version=version)
    raise LookupError(f"Release {edition.number} never had a paragraph {paragraph}.")
