"""One action on many releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from releases.models import Release
from releases.publishing.base import ActionRefusedError


@dataclass(frozen=True)
class BulkResult:
    """A release after the action, and the reasons if it was refused."""

    release: Release
    reasons: tuple[str, ...] = ()


def apply_to_each(
    action: Callable[..., Release], releases: Iterable[Release], *arguments: Any, **context: Any
) -> list[BulkResult]:
    """Apply the action to each release with the same arguments; a refusal does not stop the rest.

    `apply_to_each(withdraw, releases, "It named the wrong county.", by=user)`
    """
    results = []
    for release in releases:
        try:
            results.append(BulkResult(action(release, *arguments, **context)))
        except ActionRefusedError as refused:
            results.append(BulkResult(release, refused.reasons))
    return results
