"""Sending of a release to the press: now, when the embargo ends, or ahead with preview links."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Unpack

from django.db import transaction
from django.db.models import F, QuerySet, Subquery

from releases.mail import outgoing
from releases.mail.press import MOVED
from releases.models import (
    AuditEntry,
    Journalist,
    OutgoingMail,
    PressMailing,
    PressRecipient,
    PressTag,
    PreviewLink,
    Release,
    Version,
)
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    add_audit_entry,
    lock,
)
from releases.publishing.previews import MAX_LIFETIME

Action = AuditEntry.Action
When = PressMailing.When
KIND = "press"
AFTER_LIFT = datetime.timedelta(days=7)  # in which preview links redirect to the permalink
MAX_RECIPIENTS = 2_000
NO_MAIL = "This site sends no e-mail: EMAIL_URL is not set."
CHANGED = "The list or the release changed since you looked. Check it and send again."
NOBODY = "Nobody on these lists can be mailed. Choose another list."
TOO_MANY = f"These lists have more than {MAX_RECIPIENTS} people. Send to fewer lists at a time."
NOT_PUBLIC = "This release is not public yet. Choose ahead or when the embargo ends."
NOT_EMBARGOED = "This release is not under embargo. Choose now."
ENDED = "This mailing can no longer be canceled."
HAS_IT = "has it already"
NEVER_GOT_IT = "was not sent it"


@dataclass(frozen=True)
class Rehearsal:
    """Recipients of a mailing, and those left out, each with the reason."""

    recipients: list[Journalist]
    left_out: list[tuple[Journalist, str]]
    fingerprint: str


def rehearse_press(
    release: Release, when: str, tags: Collection[PressTag], at: datetime.datetime
) -> Rehearsal:
    """Return who would get the release. Raises ActionRefusedError."""
    if reasons := _objections(release, when, at):
        raise ActionRefusedError(*reasons)
    people = Journalist.objects.filter(tags__in=tags).distinct().order_by("name", "pk")
    found = list(people[: MAX_RECIPIENTS + 1])
    if len(found) > MAX_RECIPIENTS:
        raise ActionRefusedError(TOO_MANY)
    given = _not_for(release, when, at)
    judged = [(each, given(each) or each.objection()) for each in found]
    recipients = [each for each, objection in judged if not objection]
    left_out = [(each, objection) for each, objection in judged if objection]
    return Rehearsal(recipients, left_out, _fingerprint(release, when, recipients))


@transaction.atomic
def send_to_press(
    release: Release,
    when: str,
    tags: Collection[PressTag],
    fingerprint: str,
    **context: Unpack[ActionContext],
) -> PressMailing:
    """Queue the mails that the rehearsal with that fingerprint showed. Raises
    ActionRefusedError."""
    row, at = lock(release, Action.SENT_TO_PRESS, context), action_time(context)
    rehearsal = rehearse_press(row, when, tags, at)
    if not rehearsal.recipients:
        raise ActionRefusedError(NOBODY)
    if rehearsal.fingerprint != fingerprint:
        raise ActionRefusedError(CHANGED)
    assert row.release_at is not None  # approved
    mailing = PressMailing.objects.create(
        release=row,
        when=when,
        lists=", ".join(tag.name for tag in tags),
        release_at=row.release_at,
        made_by=context.get("by"),
        made_at=at,
    )
    _add_recipients(mailing, rehearsal.recipients)
    if when != When.LIFT:
        queue_press_mails(mailing, at)
    what = f"{mailing.get_when_display()}: {mailing.lists} ({len(rehearsal.recipients)})"
    add_audit_entry(row, Action.SENT_TO_PRESS, what, context)
    return mailing


@transaction.atomic
def cancel_press_mailing(mailing: PressMailing, **context: Unpack[ActionContext]) -> PressMailing:
    """Send nothing more of a mailing, and revoke its preview links. Raises ActionRefusedError."""
    row, at = lock(mailing.release, Action.PRESS_CANCELED, context), action_time(context)
    current = PressMailing.objects.get(pk=mailing.pk)
    if not current.is_open(at):
        raise ActionRefusedError(ENDED)
    drop_press_mailing(current, "canceled", at)
    add_audit_entry(row, Action.PRESS_CANCELED, str(current), context)
    return current


def drop_press_mailing(mailing: PressMailing, why: str, at: datetime.datetime) -> None:
    """Send nothing more of a mailing, and revoke its preview links."""
    mailing.active_links(at).update(revoked_at=at)
    mailing.canceled_at, mailing.canceled_why = at, why
    mailing.save(update_fields=["canceled_at", "canceled_why"])
    waiting = mailing.recipients.filter(sent_at=None, failed_at=None)
    mails = OutgoingMail.objects.filter(press__in=waiting, sent_at=None)
    # The worker holds a mail's lock while a slow server takes it, longer than this may wait.
    idle = mails.select_for_update(skip_locked=True).values_list("pk", flat=True)
    OutgoingMail.objects.filter(pk__in=list(idle)).delete()
    waiting.filter(mails=None).update(failed_at=at, detail=why)


def stop_press_mailings(release: Release, at: datetime.datetime) -> None:
    """Send nothing more of the release's mailings, and revoke their preview links.

    Whoever approves it again sends again, even for the same release time.
    """
    for mailing in release.press_mailings.filter(canceled_at=None):
        if mailing.is_open(at):
            drop_press_mailing(mailing, MOVED, at)


def queue_press_mails(mailing: PressMailing, at: datetime.datetime) -> int:
    """Queue one mail for each recipient; their texts are made when they are sent."""
    people = list(mailing.recipients.exclude(journalist=None).select_related("journalist"))
    outgoing.enqueue(
        OutgoingMail(
            kind=KIND,
            key=f"{KIND}:{each.pk}",
            to=each.journalist.address,
            release_id=mailing.release_id,
            press=each,
            is_bulk=True,
            created_at=at,
            next_try_at=at,
        )
        for each in people
        if each.journalist
    )
    mailing.queued_at = at
    mailing.save(update_fields=["queued_at"])
    return len(people)


def _objections(row: Release, when: str, at: datetime.datetime) -> list[str]:
    if not outgoing.is_configured():
        return [NO_MAIL]
    if when == When.NOW:
        return [] if row.release_at and row.release_at <= at else [NOT_PUBLIC]
    return [] if row.is_embargoed(at) else [NOT_EMBARGOED]


def _not_for(release: Release, when: str, at: datetime.datetime) -> Callable[[Journalist], str]:
    """Return a function that returns why a mailing brings a journalist nothing; "" if it does."""
    again = set(_holders(release, when).values_list("journalist", flat=True))
    rows = PressRecipient.objects.filter(mailing__release=release, sent_at__isnull=False)
    # Who has not read what was withdrawn is not made curious about it.
    readers = set(rows.values_list("journalist", flat=True))
    is_notice = when == When.NOW and not release.is_published(at)

    def objection(person: Journalist) -> str:
        if person.pk in again:
            return HAS_IT
        return NEVER_GOT_IT if is_notice and person.pk not in readers else ""

    return objection


def _holders(release: Release, when: str) -> QuerySet[PressRecipient]:
    """Return who has, or is about to get, what a mailing would bring: of a text changed since, they
    have not."""
    rows = PressRecipient.objects.filter(
        mailing__release=release, mailing__release_at=F("mailing__release__release_at")
    )
    rows = rows.filter(failed_at=None, link__revoked_at=None)  # without a link, too
    if when != When.NOW:
        return rows.filter(mailing__when=when)
    rows = rows.exclude(mailing__when=When.AHEAD, sent_at__lt=F("mailing__release_at"))
    changes = release.versions.exclude(kind=Version.Kind.MINOR).order_by("-number")
    return rows.exclude(sent_at__lt=Subquery(changes.values("at")[:1]))


def _fingerprint(release: Release, when: str, people: Iterable[Journalist]) -> str:
    version = release.versions.values_list("number", flat=True).order_by("number").last()
    state = [when, str(release.release_at), release.status, str(version)]
    recipients = [f"{each.pk} {each.address}" for each in people]
    return hashlib.sha256("\n".join([*state, *recipients]).encode()).hexdigest()


def _add_recipients(mailing: PressMailing, people: Iterable[Journalist]) -> None:
    rows = [PressRecipient(mailing=mailing, journalist=each, name=str(each)) for each in people]
    rows = PressRecipient.objects.bulk_create(rows)
    if mailing.when == When.AHEAD:
        _link(mailing, rows)


def _link(mailing: PressMailing, rows: list[PressRecipient]) -> None:
    expires_at = min(mailing.release_at + AFTER_LIFT, mailing.made_at + MAX_LIFETIME)
    links = PreviewLink.objects.bulk_create(
        PreviewLink(
            release=mailing.release,
            recipient=row.name[:300],
            digest=PreviewLink.digest_of(row.preview_token),
            made_by=mailing.made_by,
            made_at=mailing.made_at,
            expires_at=expires_at,
        )
        for row in rows
    )
    for row, link in zip(rows, links, strict=True):
        row.link = link
    PressRecipient.objects.bulk_update(rows, ["link"])
