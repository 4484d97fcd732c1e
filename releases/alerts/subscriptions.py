"""Actions of subscribers: ask, confirm, change, end; and the erasure of their data."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from pressroom.infra import office
from releases.alerts import digests
from releases.alerts.matching import Criteria
from releases.mail import outgoing
from releases.mail.wording import describe, is_message
from releases.models import (
    Announcement,
    EndedAddress,
    OutgoingMail,
    ReceivedRelease,
    Subscriber,
    Subscription,
)
from releases.models.subscriptions import ACTIVE, read_link, sign_link

CONFIRMATION_TTL = datetime.timedelta(days=2)
CONFIRMATIONS_PER_DAY = 3  # mails to one address
AFTER_END = datetime.timedelta(days=30)  # between two confirmations to an address that ended
MAX_SUBSCRIPTIONS = 50  # of one address
ERASE_ENDED = datetime.timedelta(days=1)
KEEP_SENT_MAIL = datetime.timedelta(days=7)
KEEP_ANNOUNCED = datetime.timedelta(days=30)
KEEP_RECEIVED = datetime.timedelta(days=2 * 365)
KIND = "confirm-alerts"
FREQUENCIES = list(Subscription.Frequency)


class UnknownLinkError(Exception):
    """A link that is forged, cut, too old, or to something that has been erased."""


@transaction.atomic
def request_alerts(
    address: str, criteria: Criteria, frequency: str, language: str, at: datetime.datetime
) -> None:
    """Queue a mail that asks the address to confirm, unless a limit keeps it back.

    Returns nothing, so that nobody learns whether the address is known.
    """
    address = address.strip().lower()
    if not _may_mail(address, at):
        return
    subscriber = Subscriber.objects.get_or_create(address=address, defaults={"language": language})[
        0
    ]
    if not _has_room(subscriber, at):
        return
    subscription = subscriber.subscriptions.get_or_create(
        **criteria._asdict(), defaults={"frequency": frequency, "created_at": at}
    )[0]
    if subscription.confirmed_at is None:  # erased with its last link, not its first
        subscription.created_at = at
        subscription.save(update_fields=["created_at"])
    # The frequency is in the link: others cannot change that of an active subscription.
    token = sign_link(
        "confirm", subscription.pk, FREQUENCIES.index(Subscription.Frequency(frequency))
    )
    with translation.override(language):
        outgoing.enqueue([_confirmation(subscriber, subscription, token, at)])


def _may_mail(address: str, at: datetime.datetime) -> bool:
    """Return whether an address whose subscriptions ended may be asked again, and note that."""
    ended = EndedAddress.objects.filter(pk__in=EndedAddress.digests_of(address))
    row = ended.select_for_update().first()
    if row is None:
        return True
    if row.asked_at and row.asked_at > at - AFTER_END:
        return False
    row.asked_at = at
    row.save()
    return True


def _has_room(subscriber: Subscriber, at: datetime.datetime) -> bool:
    # Locked, so that requests at the same moment are counted one after the other.
    Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    day = at - datetime.timedelta(days=1)
    sent = subscriber.mails.filter(kind=KIND, created_at__gt=day).count()
    return sent < CONFIRMATIONS_PER_DAY and subscriber.subscriptions.count() < MAX_SUBSCRIPTIONS


def _confirmation(
    subscriber: Subscriber, subscription: Subscription, token: str, at: datetime.datetime
) -> OutgoingMail:
    context = {
        "office_name": office.current().name,
        "wanted": _("Releases matching a search")
        if is_message(subscription.q)
        else describe(subscription),
        "link": outgoing.absolute_url(reverse("alerts-confirm", args=[token])),
    }
    return OutgoingMail(
        kind=KIND,
        key=f"{KIND}:{token}",
        to=subscriber.address,
        subscriber=subscriber,
        created_at=at,
        next_try_at=at,
        subject=_("Confirm your alerts from %(office)s") % {"office": context["office_name"]},
        text=render_to_string("alerts/mail/confirm.txt", context),
        html=render_to_string("alerts/mail/confirm.html", context),
    )


def read_confirmation(token: str) -> Subscription:
    """Return the subscription to confirm, with the chosen frequency. Raises UnknownLinkError."""
    key, place = read_keys("confirm", token, CONFIRMATION_TTL)
    subscription = Subscription.objects.filter(pk=key).select_related("subscriber").first()
    if subscription is None:
        raise UnknownLinkError
    subscription.frequency = FREQUENCIES[place]
    return subscription


@transaction.atomic
def confirm(token: str, at: datetime.datetime) -> Subscriber:
    """Begin the subscription that the link names, or change how often an active one is mailed.

    Raises UnknownLinkError and SearchUnavailableError.
    """
    subscription = read_confirmation(token)
    change_frequency(subscription.subscriber, subscription.pk, subscription.frequency, at)
    subscription.confirmed_at, subscription.ended_at = subscription.confirmed_at or at, None
    subscription.save()
    digests = EndedAddress.digests_of(subscription.subscriber.address)
    EndedAddress.objects.filter(pk__in=digests).delete()
    return subscription.subscriber


def read_subscriber(token: str) -> Subscriber:
    """Return whose page a link opens. Raises UnknownLinkError."""
    subscriber = Subscriber.objects.filter(pk__in=read_keys("mine", token)).first()
    if subscriber is None:
        raise UnknownLinkError
    return subscriber


def read_ending(token: str) -> list[Subscription]:
    """Return the subscriptions that a mail's link ends. Raises UnknownLinkError."""
    found = Subscription.objects.filter(pk__in=read_keys("end", token)).select_related("subscriber")
    if not found:
        raise UnknownLinkError
    return list(found)


def active(subscriber: Subscriber) -> list[Subscription]:
    return list(subscriber.subscriptions.filter(ACTIVE))


def end(subscriber: Subscriber, keys: Collection[int], at: datetime.datetime) -> int:
    """End these subscriptions of the subscriber; return how many were active."""
    return subscriber.subscriptions.filter(ACTIVE, pk__in=keys).update(ended_at=at)


def end_all(subscriber: Subscriber, at: datetime.datetime) -> int:
    return subscriber.subscriptions.filter(ACTIVE).update(ended_at=at)


@transaction.atomic
def change_frequency(
    subscriber: Subscriber, key: int, frequency: str, at: datetime.datetime
) -> bool | None:
    """Change how often an active subscription is mailed. Raises SearchUnavailableError.

    Who wants mail more often gets at once what the next digest would have had. Returns whether
    there is any; None if there is no such subscription.
    """
    rows = subscriber.subscriptions.filter(ACTIVE, pk=key).select_for_update()
    subscription = rows.first()
    if subscription is None:
        return None
    is_mailed = False
    if FREQUENCIES.index(Subscription.Frequency(frequency)) < FREQUENCIES.index(
        Subscription.Frequency(subscription.frequency)
    ):
        is_mailed = digests.queue_rest(subscription, at)
    subscription.frequency = frequency
    subscription.save(update_fields=["frequency"])
    return is_mailed


@transaction.atomic
def erase(at: datetime.datetime) -> int:
    """Erase what is no longer needed at `at`: subscriptions a day after they ended, unconfirmed
    ones with their link, addresses with the last subscription. Returns how many addresses."""
    is_ended = Q(ended_at__lte=at - ERASE_ENDED)
    is_unconfirmed = Q(confirmed_at=None, created_at__lte=at - CONFIRMATION_TTL)
    _store_ended_addresses(at, is_ended)
    Subscription.objects.filter(is_ended | is_unconfirmed).delete()
    none_left = ~Exists(Subscription.objects.filter(subscriber=OuterRef("pk")))
    gone = Subscriber.objects.filter(none_left, created_at__lte=at - ERASE_ENDED)
    erased = gone.count()
    gone.delete()
    _erase_mail(at)
    return erased


def _store_ended_addresses(at: datetime.datetime, is_ended: Q) -> None:
    """Store the keyed hash of the addresses whose last subscription is about to be erased."""
    others = Subscription.objects.filter(~is_ended, subscriber=OuterRef("pk"))
    ended = Subscription.objects.filter(is_ended, subscriber=OuterRef("pk"))
    addresses = Subscriber.objects.filter(Exists(ended), ~Exists(others))
    rows = [
        EndedAddress(digest=EndedAddress.digests_of(each)[0], at=at)
        for each in addresses.values_list("address", flat=True)
    ]
    EndedAddress.objects.bulk_create(rows, ignore_conflicts=True)


def _erase_mail(at: datetime.datetime) -> None:
    is_bulk = Q(subscriber__isnull=False) | Q(press__isnull=False)
    alerts = OutgoingMail.objects.filter(is_bulk, next_try_at=None)
    alerts.filter(created_at__lte=at - KEEP_SENT_MAIL).delete()
    Announcement.objects.filter(done_at__lte=at - KEEP_ANNOUNCED).delete()
    ReceivedRelease.objects.filter(at__lte=at - KEEP_RECEIVED).delete()


def read_keys(purpose: str, token: str, max_age: datetime.timedelta | None = None) -> list[int]:
    """Return the keys in a link. Raises UnknownLinkError."""
    try:
        return read_link(purpose, token, max_age)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise UnknownLinkError from error
