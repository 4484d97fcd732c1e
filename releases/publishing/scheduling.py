"""Moments of release: in words, and what has to be confirmed before one is set."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils import timezone

from releases.content import markup
from releases.models import Release
from releases.parsing import embargoes
from releases.parsing.embargoes import Embargo
from releases.parsing.moments import spell_out
from releases.publishing.base import ActionContext, ActionRefusedError, action_time

FAR_AHEAD = datetime.timedelta(days=2 * 365 + 1)
PASSED = "That moment has passed: choose “Publish now”."
UNCLEAR = (
    "It states an embargo whose end cannot be read for sure: confirm that its authors let it be "
    "public at that moment."
)


class ConfirmationRequiredError(ActionRefusedError):
    """An action that is done only if the person confirms what the reasons say."""


def in_words(at: datetime.datetime) -> str:
    """Thursday, May 16, 2024, 9 a.m. PDT (16:00 UTC)"""
    return spell_out(at, timezone.get_current_timezone())


def proposed_moment(release: Release, at: datetime.datetime) -> datetime.datetime | None:
    """The moment after `at` that its source, a recalled approval or its printed date proposes."""
    proposed = release.proposed_release_at or (release.start_of_day() if release.date else None)
    return proposed if proposed and proposed > at else None


def stated_embargoes(release: Release) -> list[Embargo]:
    """The embargoes that its own words state."""
    body = markup.to_plain(release.body)
    words = (release.title, release.subtitle, release.dateline, release.contact, body)
    return [embargo for text in words for embargo in embargoes.stated_in(text)]


def confirmation_reasons(
    release: Release, release_at: datetime.datetime, at: datetime.datetime
) -> Iterator[str]:
    """What has to be confirmed at the moment `at` before it is released at that one."""
    proposed = proposed_moment(release, at)
    if proposed and release_at < proposed:
        yield (
            f"The proposed moment is {in_words(proposed)}: confirm that it may be public before "
            "that moment."
        )
    yield from _stated(release, release_at, proposed)
    if release_at - at > FAR_AHEAD:
        yield f"{in_words(release_at)} is more than two years ahead: confirm that it is meant."


def _stated(
    release: Release, release_at: datetime.datetime, proposed: datetime.datetime | None
) -> Iterator[str]:
    office = timezone.get_current_timezone()
    stated = [(each, each.moment(release.date, office)) for each in stated_embargoes(release)]
    for embargo, end in stated:
        if end and release_at < end != proposed:
            yield (
                f"Its text says “{embargo.words}”: confirm that it may be public before "
                f"{in_words(end)}."
            )
    is_unclear = any(doubt.code == "embargo_unclear" for doubt in release.unresolved_warnings())
    if is_unclear or any(end is None and each.is_stated for each, end in stated):
        yield UNCLEAR


def set_moment(
    row: Release, release_at: datetime.datetime, confirmed: bool, context: ActionContext
) -> None:
    """Set the row's moment of release; not saved. A confirmed earlier one settles the proposal.

    Raises Unconfirmed where it has to be confirmed first.
    """
    reasons = list(confirmation_reasons(row, release_at, action_time(context)))
    if reasons and not confirmed:
        raise ConfirmationRequiredError(*reasons)
    if row.proposed_release_at and release_at < row.proposed_release_at:
        row.proposed_release_at = None
    row.release_at = release_at
