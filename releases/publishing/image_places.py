"""Places of images in the text of a draft, kept when the text changes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from releases.content import paragraph_ids
from releases.models import Release


def keep_image_places(
    draft: Release, before: Mapping[str, Any], placed: Set[int] = frozenset()
) -> None:
    """Move each image with the paragraph that it followed in the snapshot `before`.

    Where that paragraph is gone, it follows the nearest one above that is left. Images with a key
    in `placed` stay.
    """
    # Versions number their paragraphs permanently; in a draft, a number is only a place.
    moving = list(draft.images.exclude(after_paragraph=None).exclude(pk__in=placed))
    if not moving:
        return
    earlier, later = paragraph_ids.texts(before), paragraph_ids.texts(draft.snapshot())
    if earlier == later:
        return
    carried = paragraph_ids.carry(dict(enumerate(earlier, start=1)), later, len(earlier))
    moved = {number: place for place, number in enumerate(carried, start=1)}
    for image in moving:
        numbers = range(min(image.after_paragraph or 0, len(earlier)), 0, -1)
        image.after_paragraph = next((moved[n] for n in numbers if n in moved), None)
        image.save(update_fields=["after_paragraph"])
