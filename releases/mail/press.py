"""Press mails, made from the release as it is when they are sent."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pressroom.infra import office
from releases.mail import alerts, outgoing
from releases.models import Journalist, OutgoingMail, PressMailing, PressRecipient, Release, Version

When = PressMailing.When
CANCELED = "the mailing was canceled"
MOVED = "the release time changed, or the approval was recalled"
WITHDRAWN = "the release is no longer public"
REVOKED = "the preview link was revoked"
GONE = "the journalist was deleted"
AT_THE_LIFT = "comes with the mailing for the end of the embargo"
PERSONAL = "[a link of each person’s own]"


def compose(mail: OutgoingMail, at: datetime.datetime) -> EmailMultiAlternatives | None:
    """Return the message; None, with the reason in the log, if it must not go out any more."""
    recipient = mail.press
    assert recipient is not None
    release, person = recipient.mailing.release, recipient.journalist
    if why := _objection(recipient, release, person, at):
        record_failed(recipient, why, at)
        return None
    assert person is not None
    end = outgoing.absolute_url(reverse("alerts-press", args=[person.token]))
    link = outgoing.absolute_url(reverse("preview", args=[recipient.preview_token]))
    with translation.override(person.language):
        message = _message(release, at, link, end)
    if message:
        message.to = [mail.to]
    return message


def rehearse(
    release: Release, language: str, at: datetime.datetime
) -> EmailMultiAlternatives | None:
    """Return what goes out at `at` to each person with that language, without their own links."""
    with translation.override(language):
        return _message(release, at, PERSONAL, PERSONAL)


def record_failed(recipient: PressRecipient, why: str, at: datetime.datetime) -> None:
    """Note in the log why a mail was not sent, or that it came back."""
    recipient.failed_at, recipient.detail = at, why
    recipient.save(update_fields=["failed_at", "detail"])


def record_sent(recipient: PressRecipient, at: datetime.datetime) -> None:
    recipient.sent_at = at
    recipient.save(update_fields=["sent_at"])


def _objection(
    recipient: PressRecipient, release: Release, person: Journalist | None, at: datetime.datetime
) -> str:
    mailing = recipient.mailing
    if person is None or mailing.canceled_at:
        return CANCELED if mailing.canceled_at else GONE
    if objection := person.objection():
        return objection
    if release.release_at != mailing.release_at:
        return MOVED
    if release.status != Release.Status.APPROVED:
        return "" if _is_notice(mailing) else WITHDRAWN
    if release.is_published(at):
        return AT_THE_LIFT if _is_repeated(recipient) else ""
    is_shared = recipient.link is not None and recipient.link.is_active(at)
    return "" if is_shared else REVOKED


def _is_notice(mailing: PressMailing) -> bool:
    """Return whether a mailing was made of a release that was withdrawn, removed or blocked."""
    kinds = (Version.Kind.ISSUED, Version.Kind.WITHDRAWAL, Version.Kind.REINSTATEMENT)
    states = mailing.release.versions.filter(kind__in=kinds, at__lte=mailing.made_at)
    last = states.order_by("number").values_list("kind", flat=True).last()
    return last == Version.Kind.WITHDRAWAL


def _is_repeated(recipient: PressRecipient) -> bool:
    """Return whether a mail meant to go ahead would be the text that another mailing has."""
    mailing = recipient.mailing
    others = PressMailing.objects.filter(
        release=mailing.release_id, when=When.LIFT, release_at=mailing.release_at, canceled_at=None
    )
    same = PressRecipient.objects.filter(mailing__in=others, journalist=recipient.journalist_id)
    return mailing.when == When.AHEAD and same.filter(failed_at=None).exists()


def _message(
    release: Release, at: datetime.datetime, link: str, end: str
) -> EmailMultiAlternatives | None:
    parts = _ahead(release, link) if release.is_embargoed(at) else _public(release, at)
    if parts is None:
        return None
    context = {
        **parts,
        "end": end,
        "office_name": office.current().name,
        "contact": office.current().contact,
        "interface": translation.get_language(),
    }
    message = EmailMultiAlternatives(
        parts["subject"],
        render_to_string("alerts/mail/press.txt", context).strip() + "\n",
        headers={
            "References": f"<release-{release.number}@{outgoing.sender_domain()}>",
            **alerts.list_headers("press", end),
        },
    )
    message.attach_alternative(render_to_string("alerts/mail/press.html", context), "text/html")
    return message


def _public(release: Release, at: datetime.datetime) -> dict[str, Any] | None:
    changes = release.versions.exclude(kind=Version.Kind.MINOR).order_by("-number")
    item = alerts.item_of(release.pk, changes.values_list("pk", flat=True)[0], at)
    return {"item": item, "subject": item.subject} if item else None


def _ahead(release: Release, link: str) -> dict[str, Any]:
    assert release.release_at is not None  # under embargo
    local = timezone.localtime(release.release_at)
    moment = f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z} ({release.release_at:%H:%M} UTC)"
    title = alerts.shortened(release.title)
    subject = _("EMBARGOED until %(moment)s: %(title)s") % {"moment": moment, "title": title}
    return {"release": release, "moment": moment, "link": link, "subject": subject}
