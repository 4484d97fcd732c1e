"""Daily and weekly digests: at seven in the morning in the office's zone, weekly on Mondays."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Min
from django.utils import timezone

from releases.alerts import announcing
from releases.alerts.matching import Criteria, matches
from releases.mail import outgoing
from releases.mail.alerts import LOGGED_KINDS, compose
from releases.models import Announcement, DigestRun, OutgoingMail, Release, Subscription, Version

HOUR = datetime.time(7)
Frequency = Subscription.Frequency
PERIODS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}  # days
MAX_VERSIONS = 100  # of one mail; the others come in further mails
MAX_MAILS = 5  # of one digest; the last one counts the others and has a link to them


def latest_moment(frequency: str, at: datetime.datetime) -> datetime.datetime:
    """Return when the last digest was due at `at` (aware)."""
    day = timezone.localdate(at)
    if frequency == Frequency.WEEKLY:
        day -= datetime.timedelta(days=day.weekday())
    moment = _morning(day)
    return moment if moment <= at else _morning(day - _period(frequency))


def _period(frequency: str) -> datetime.timedelta:
    return datetime.timedelta(days=PERIODS[Frequency(frequency)])


def _morning(day: datetime.date) -> datetime.datetime:
    # By the calendar, not by 24 hours: days on which clocks change have 23 or 25.
    return timezone.make_aware(datetime.datetime.combine(day, HOUR))


def queue_due(at: datetime.datetime) -> int:
    """Queue the digests that are due at `at` and were not queued yet; return how many mails.

    Raises SearchUnavailableError; the digest stays due.
    """
    return sum(_queue(frequency, latest_moment(frequency, at), at) for frequency in PERIODS)


def _queue(frequency: str, until: datetime.datetime, at: datetime.datetime) -> int:
    runs = DigestRun.objects.filter(frequency=frequency)
    if runs.filter(until__gte=until).exists():
        return 0
    # What became public before this moment and is not announced yet belongs to it.
    if announcing.due(until).filter(attempts=0).exists():  # one that fails comes in a later one
        return 0
    since = _end_of_last(frequency, until)
    try:
        with transaction.atomic():
            DigestRun.objects.create(frequency=frequency, since=since, until=until)
            return _queue_mails(frequency, since, until, at) if outgoing.is_configured() else 0
    except IntegrityError:  # another worker queued it at the same moment
        return 0


def _end_of_last(frequency: str, until: datetime.datetime) -> datetime.datetime:
    """Return until when digests were queued; before the first one, a period before `until`."""
    last = DigestRun.objects.filter(frequency=frequency).order_by("until").last()
    return last.until if last else latest_moment(frequency, until - datetime.timedelta(hours=1))


def queue_rest(subscription: Subscription, at: datetime.datetime) -> bool:
    """Queue now what the next digest would have for one subscription, which leaves that frequency.

    Returns whether there is any news in it. Raises SearchUnavailableError.
    """
    if not outgoing.is_configured():
        return False
    frequency = subscription.frequency
    since = _end_of_last(frequency, latest_moment(frequency, at))
    criteria = Criteria(*(getattr(subscription, name) for name in Criteria._fields))
    asked = [criteria] if subscription.kind == Subscription.Kind.RELEASES else []
    wanted = _versions_by_criteria(asked, _announced(since, at), at)
    versions = wanted.get(criteria)
    if not versions:
        return False
    row = subscription.subscriber_id, subscription.subscriber.address, subscription.pk
    key = f"digest:{frequency}:{at.isoformat()}:{subscription.pk}"
    mails = _parts(key, versions, announcing.addressed([row], at) | _dates(wanted))
    news = [mail for mail in mails if compose(mail, at)]  # the rest came already
    outgoing.enqueue(news)
    return bool(news)


def _queue_mails(
    frequency: str, since: datetime.datetime, until: datetime.datetime, at: datetime.datetime
) -> int:
    criteria = announcing.criteria_of(frequency)
    by_criteria = _versions_by_criteria(criteria, _announced(since, until), at)
    return announcing.queue(_mails(frequency, until, by_criteria, at))


def _announced(since: datetime.datetime, until: datetime.datetime) -> list[Announcement]:
    found = Announcement.objects.filter(done_at__gt=since, done_at__lte=until)
    return list(found.select_related("version").order_by("pk"))


def _versions_by_criteria(
    asked: list[Criteria], announced: Sequence[Announcement], at: datetime.datetime
) -> dict[Criteria, list[int]]:
    """Return the versions that each of the criteria asks for; none without any."""
    issued = {
        each.release_id: each.version_id for each in announced if each.kind == Version.Kind.ISSUED
    }
    releases = list(Release.objects.published(at).filter(pk__in=issued).only("number"))
    found = matches(asked, releases, at)
    wanted = {
        criteria: sorted(issued[key] for key in ids) for criteria, ids in found.items() if ids
    }
    if corrections := [each.version_id for each in announced if each.kind in LOGGED_KINDS]:
        wanted[Criteria(kind=Subscription.Kind.CORRECTIONS)] = corrections
    return wanted


def _mails(
    frequency: str,
    until: datetime.datetime,
    wanted: dict[Criteria, list[int]],
    at: datetime.datetime,
) -> Iterator[OutgoingMail]:
    versions: dict[int, list[int]] = defaultdict(list)
    subscribed = Subscription.objects.filter(frequency=frequency)
    for key, *criteria in subscribed.values_list("pk", *Criteria._fields):
        versions[key] = wanted.get(Criteria(*criteria), [])
    rows, dates = announcing.subscribed(frequency, list(wanted)), _dates(wanted)
    for subscriber, group in groupby(rows, key=itemgetter(0)):
        chosen = list(group)
        news = sorted({pk for *_, key in chosen for pk in versions[key]})
        name = f"digest:{frequency}:{until:%Y-%m-%d}:{subscriber}"
        yield from _parts(name, news, announcing.addressed(chosen, at) | dates)


def _dates(wanted: dict[Criteria, list[int]]) -> dict[str, Any]:
    """Return the first and last printed date of the new releases, which may be of other days."""
    keys = {pk for versions in wanted.values() for pk in versions}
    issued = Version.objects.filter(pk__in=keys, kind=Version.Kind.ISSUED)
    return issued.aggregate(since=Min("release__date"), until=Max("release__date"))


def _parts(key: str, versions: Sequence[int], given: dict[str, Any]) -> Iterator[OutgoingMail]:
    firsts = range(0, len(versions), MAX_VERSIONS)[:MAX_MAILS]
    for first in firsts:
        end = first + MAX_VERSIONS
        rest = max(0, len(versions) - end) if first == firsts[-1] else 0
        name, part = f"{key}:{first}", versions[first:end]
        yield OutgoingMail(kind="digest", key=name, versions=part, rest=rest, **given)
