"""Release times: how they are written, proposed and confirmed."""

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
PASSED = "That time has passed. Choose “Publish now”."
UNCLEAR = (
    "The text mentions an embargo, but we could not tell when it ends. Confirm that the release "
    "may be published at the time you chose."
)


class ConfirmationRequiredError(ActionRefusedError):
    """An action that requires the person to confirm each of the reasons."""


def format_moment(at: datetime.datetime) -> str:
    """Return the time as "Thursday, May 16, 2024, 9 a.m. PDT (16:00 UTC)"."""
    return spell_out(at, timezone.get_current_timezone())


def proposed_moment(release: Release, at: datetime.datetime) -> datetime.datetime | None:
    """Return the future release time that source, recalled approval or printed date propose."""
    proposed = release.proposed_release_at or (release.start_of_day() if release.date else None)
    return proposed if proposed and proposed > at else None


def stated_embargoes(release: Release) -> list[Embargo]:
    """Return the embargoes stated in the release's text."""
    lines = (release.title, release.subtitle, release.dateline, release.contact)
    return embargoes_in(*lines, release.body)


def embargoes_in(*texts: str) -> list[Embargo]:
    """Return the embargoes stated in these texts, the last of which is Markdown."""
    words = (*texts[:-1], markup.to_plain(texts[-1]))
    return [embargo for text in words for embargo in embargoes.stated_in(text)]


def confirmation_reasons(
    release: Release, release_at: datetime.datetime, at: datetime.datetime
) -> Iterator[str]:
    """Yield sentences to confirm before the release is scheduled, at `at`, for `release_at`."""
    proposed = proposed_moment(release, at)
    if proposed and release_at < proposed:
        yield (
            f"The proposed time is {format_moment(proposed)}. Confirm that the release may be "
            "published earlier."
        )
    yield from _stated(release, release_at, proposed)
    if release_at - at > FAR_AHEAD:
        moment = format_moment(release_at)
        yield f"{moment} is more than two years ahead. Confirm that this is intended."


def _stated(
    release: Release, release_at: datetime.datetime, proposed: datetime.datetime | None
) -> Iterator[str]:
    office = timezone.get_current_timezone()
    stated = [(each, each.moment(release.date, office)) for each in stated_embargoes(release)]
    for embargo, end in stated:
        if end and release_at < end != proposed:
            yield (
                f"The text says “{embargo.words}”. Confirm that the release may be published "
                f"before {format_moment(end)}."
            )
    is_unclear = any(each.code == "embargo_unclear" for each in release.unresolved_warnings())
    if is_unclear or any(end is None and each.is_stated for each, end in stated):
        yield UNCLEAR


def set_moment(
    row: Release, release_at: datetime.datetime, confirmed: bool, context: ActionContext
) -> None:
    """Set the release time, without saving. Raises ConfirmationRequiredError."""
    reasons = list(confirmation_reasons(row, release_at, action_time(context)))
    if reasons and not confirmed:
        raise ConfirmationRequiredError(*reasons)
    # A confirmed earlier time overrules the proposed one.
    if row.proposed_release_at and release_at < row.proposed_release_at:
        row.proposed_release_at = None
    row.release_at = release_at
