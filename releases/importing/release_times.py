"""Proposed release moment of a record: its stated embargo, or a date to come."""

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
    "“{words}”: embargo until {moment}. Kept as a draft, with this release moment proposed."
)
UNCLEAR_MESSAGE = (
    "“{words}”: an embargo whose end is unclear. Kept as a draft: approve it for the "
    "moment that its authors meant."
)


@dataclass(frozen=True)
class MomentProposal:
    """A moment to come, if one is unambiguous, and why the release waits for a person."""

    at: datetime.datetime | None = None
    warnings: tuple[ParseWarning, ...] = ()


def propose_moment(parsed: ParsedRelease, now: datetime.datetime) -> MomentProposal:
    """Return the latest stated moment to come, else the start of a printed day to come.

    A past embargo proposes nothing; an unclear one has a warning and no moment.
    """
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
    to_come = [(at, each) for each, at in read if at and at > now]
    if to_come:
        at, embargo = max(to_come, key=lambda pair: pair[0])
        sentence = EMBARGO_MESSAGE.format(words=embargo.words, moment=spell_out(at, office))
        return MomentProposal(at, (ParseWarning(FIELD, "embargo", sentence),))
    if parsed.date and parsed.date > timezone.localdate(now):
        midnight = datetime.datetime.combine(parsed.date, datetime.time.min)
        return MomentProposal(timezone.make_aware(midnight))
    return MomentProposal()


def _unclear_warning(embargo: Embargo) -> ParseWarning:
    return ParseWarning(FIELD, "embargo_unclear", UNCLEAR_MESSAGE.format(words=embargo.words))
