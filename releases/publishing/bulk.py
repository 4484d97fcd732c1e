"""One verb for many releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from releases.models import Release
from releases.publishing.base import Refused


@dataclass(frozen=True)
class Result:
    """What became of one release: it as it is now, and why it was refused, if it was."""

    release: Release
    reasons: tuple[str, ...] = ()


def each(
    verb: Callable[..., Release], releases: Iterable[Release], *arguments: Any, **act: Any
) -> list[Result]:
    """Do the verb to each release, with the same arguments; a refusal stops none of the others.

    `each(withdraw, releases, "It named the wrong county.", by=user)`
    """
    results = []
    for release in releases:
        try:
            results.append(Result(verb(release, *arguments, **act)))
        except Refused as refused:
            results.append(Result(release, refused.reasons))
    return results
