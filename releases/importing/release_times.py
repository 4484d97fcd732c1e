"""Proposed release time of a record: its stated embargo, or a future date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone

from releases.parsing.embargoes import Embargo
from releases.parsing.moments import spell_out
from releases.parsing.parser import ParsedRelease
from releases.parsing.warnings import ParseWarning

FIELD = "proposed_release_at"
EMBARGO_MESSAGE = (
    "“{words}”: embargo until {moment}. Saved as a draft, with this release time proposed."
)
UNCLEAR_MESSAGE = (
    "“{words}”: an embargo whose end is unclear. Saved as a draft: approve it for the "
    "time that its authors meant."
)


@dataclass(frozen=True)
class MomentProposal:
    """Future release time, if unambiguous, and the warnings that require a review."""

    at: datetime.datetime | None = None
    warnings: tuple[ParseWarning, ...] = ()


def propose_moment(parsed: ParsedRelease, now: datetime.datetime) -> MomentProposal:
    """Return the latest stated future time, else the start of a future printed date.

    A past embargo proposes nothing; an unclear one has a warning and no moment.
    """
    if not parsed.embargoes and (parsed.date is None or parsed.date < now.date()):
        return MomentProposal()  # also where the office's day is one before that of UTC
    office = timezone.get_current_timezone()
    read = [(each, each.moment(parsed.date, office)) for each in parsed.embargoes]
    is_any_read = any(at for each, at in read if each.is_stated)
    unclear = [
        each
        for each, at in read
        if at is None and each.is_stated and not (each.is_label_only and is_any_read)
    ]
    if unclear:
        return MomentProposal(warnings=tuple(map(_unclear_warning, unclear)))
    future = [(at, each) for each, at in read if at and at > now]
    if future:
        at, embargo = max(future, key=lambda pair: pair[0])
        sentence = EMBARGO_MESSAGE.format(words=embargo.words, moment=spell_out(at, office))
        return MomentProposal(at, (ParseWarning(FIELD, "embargo", sentence),))
    if parsed.date and parsed.date > now.astimezone(office).date():
        midnight = datetime.datetime.combine(parsed.date, datetime.time.min)
        return MomentProposal(timezone.make_aware(midnight))
    return MomentProposal()


def _unclear_warning(embargo: Embargo) -> ParseWarning:
    return ParseWarning(FIELD, "embargo_unclear", UNCLEAR_MESSAGE.format(words=embargo.words))
