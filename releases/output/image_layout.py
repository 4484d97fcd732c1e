"""Places of a release's images: at its top, in the text, or below it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from releases.models import Image, Version

RECORDED = ("alt", "decorative", "caption", "credit", "rights", "is_lead", "after_paragraph")


@dataclass(frozen=True)
class ImageLayout:
    """Images by place: the lead image, those in the text by paragraph number, and the others."""

    lead: Image | None = None
    placed: dict[int, list[Image]] = field(default_factory=dict)
    below: list[Image] = field(default_factory=list)

    @property
    def above(self) -> int:
        """Return the number of images above those below the text."""
        return len(self.all) - len(self.below)

    @property
    def all(self) -> list[Image]:
        """Return the images in the order in which a reader meets them."""
        lead = [self.lead] if self.lead else []
        return [*lead, *(image for images in self.placed.values() for image in images), *self.below]


def arrange(images: Iterable[Image], numbers: Collection[int]) -> ImageLayout:
    """Arrange images in a text with paragraphs of these numbers, in reading order.

    An image whose paragraph is gone is shown below the text.
    """
    lead, below = None, []
    placed: dict[int, list[Image]] = {number: [] for number in numbers}
    for image in images:
        if image.is_lead:
            lead = image
        elif image.after_paragraph in placed:
            placed[image.after_paragraph].append(image)
        else:
            below.append(image)
    return ImageLayout(lead, {n: rows for n, rows in placed.items() if rows}, below)


def recorded(version: Version) -> list[Image]:
    """Return unsaved images with the words of a version, without files."""
    return [
        Image(**{name: row[name] for name in RECORDED if name in row})
        for row in version.snapshot.get("images", ())
    ]
