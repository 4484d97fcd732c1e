"""A paragraph as somebody quotes it, and what became of its words since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from releases.content import diffing, paragraph_ids
from releases.models import Version
from releases.output.edition import Edition


@dataclass(frozen=True)
class Quote:
    """The words of a paragraph in one edition, which names the paragraph; `now` is what that
    paragraph says in the version that holds now, None where it is no more."""

    edition: Edition
    words: str
    now: str | None

    @property
    def standing(self) -> str:
        """What became of the words since: unchanged, edited or removed."""
        if self.now is None:
            return "removed"
        return "unchanged" if paragraph_ids.has_same_words(self.words, self.now) else "edited"

    @property
    def differences(self) -> tuple[diffing.Paragraph, ...]:
        """Word by word, what was edited."""
        return diffing.compare_texts(self.words, self.now or "")

    @cached_property
    def changed_by(self) -> Version | None:
        """The first later version in which the paragraph says something else, or nothing."""
        return next((row for row in self._later_versions() if not self._is_unchanged_in(row)), None)

    @property
    def moved_to(self) -> int | None:
        """Of words that were removed as a paragraph: another one that has them all now."""
        words = " ".join(self.words.split())
        present = self.edition.latest.paragraphs.items()
        holding = (number for number, text in present if words and words in " ".join(text.split()))
        return next(holding, None) if self.now is None else None

    def _later_versions(self) -> list[Version]:
        versions = self.edition.release.public_versions
        return [row for row in versions if row.number > self.edition.version.number]

    def _is_unchanged_in(self, version: Version) -> bool:
        text = version.paragraphs.get(self.edition.paragraph or 0)
        return text is not None and paragraph_ids.has_same_words(self.words, text)


def quote_paragraph(edition: Edition, paragraph: int) -> Quote:
    """The paragraph of that number as the edition has it. Raises LookupError where it has none."""
    words = edition.version.paragraphs[paragraph]
    now = edition.latest.paragraphs.get(paragraph)
    return Quote(replace(edition, paragraph=paragraph), words, now)


def last_edition_with(edition: Edition, paragraph: int) -> Edition:
    """The last edition that has the paragraph. Raises LookupError where none ever had."""
    for version in reversed(edition.release.public_versions):
        if paragraph in version.paragraphs:
            return replace(edition, version=version)
    raise LookupError(f"Release {edition.number} never had a paragraph {paragraph}.")
