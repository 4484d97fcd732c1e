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


def compose(mail: OutgoingMail, at: datetime.datetime) -> EmailMultiAlternatives | None:
    """Return the message; None, with the reason in the log, if it must not go out any more."""
    recipient = mail.press
    assert recipient is not None
    release, person = recipient.mailing.release, recipient.journalist
    if why := _objection(recipient, release, person, at):
        record_failed(recipient, why, at)
        return None
    assert person is not None
    with translation.override(person.language):
        if release.is_published(at):
            return _public(mail, release, person, at)
        return _ahead(mail, recipient, release, person)


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
    if release.is_taken_down or release.status == Release.Status.WITHDRAWN:
        return WITHDRAWN
    is_approved = release.status == Release.Status.APPROVED
    if not is_approved or release.release_at != mailing.release_at:
        return MOVED
    if release.is_published(at):
        return ""
    is_shared = recipient.link is not None and recipient.link.is_active(at)
    return "" if is_shared else REVOKED


def _public(
    mail: OutgoingMail, release: Release, person: Journalist, at: datetime.datetime
) -> EmailMultiAlternatives | None:
    issued = release.versions.filter(kind=Version.Kind.ISSUED).values_list("pk", flat=True)
    item = alerts.item_of(release.pk, issued[len(issued) - 1], at)
    return _message(mail, person, item.subject, release, {"item": item}) if item else None


def _ahead(
    mail: OutgoingMail, recipient: PressRecipient, release: Release, person: Journalist
) -> EmailMultiAlternatives:
    assert release.release_at is not None  # under embargo
    local = timezone.localtime(release.release_at)
    moment = f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z} ({release.release_at:%H:%M} UTC)"
    path = reverse("preview", args=[recipient.preview_token])
    subject = _("EMBARGOED until %(moment)s: %(title)s")
    return _message(
        mail,
        person,
        subject % {"moment": moment, "title": alerts.shortened(release.title)},
        release,
        {"release": release, "moment": moment, "link": outgoing.absolute_url(path)},
    )


def _message(
    mail: OutgoingMail, person: Journalist, subject: str, release: Release, parts: dict[str, Any]
) -> EmailMultiAlternatives:
    end = outgoing.absolute_url(reverse("alerts-press", args=[person.token]))
    context = {
        **parts,
        "subject": subject,
        "end": end,
        "office_name": office.current().name,
        "contact": office.current().contact,
        "interface": translation.get_language(),
    }
    message = EmailMultiAlternatives(
        subject,
        render_to_string("alerts/mail/press.txt", context).strip() + "\n",
        to=[mail.to],
        headers={
            "References": f"<release-{release.number}@{outgoing.sender_domain()}>",
            **alerts.list_headers("press", end),
        },
    )
    message.attach_alternative(render_to_string("alerts/mail/press.html", context), "text/html")
    return message
