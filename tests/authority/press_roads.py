"""Roads to the press lists, and by which a release is sent to them."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from releases import publishing
from releases.models import Journalist, PressMailing, PressTag
from tests.authority.walk import LATER, Walk

JOURNALIST = {"name": "Ana", "address": "ana@example.org"}


def make_journalist(**fields: Any) -> Journalist:
    """Create a journalist on a list."""
    consent = {"consent_on": "2024-05-01", "consent_how": "Letter"}
    person = Journalist.objects.create(**JOURNALIST, **consent, **fields)
    person.tags.add(PressTag.objects.create(name="Old"))
    return person


def make_list(walk: Walk) -> None:
    make_journalist()


def send_to_press(walk: Walk) -> None:
    """Send the release to a list of one, as the rehearsal shows it."""
    tag = PressTag.objects.get()
    when = "now" if walk.release.is_published() else "ahead"
    with override_settings(EMAIL_URL="smtp://127.0.0.1?tls=off"):
        try:
            shown = publishing.rehearse_press(walk.release, when, [tag], timezone.now())
            fingerprint = shown.fingerprint
        except publishing.ActionRefusedError:
            fingerprint = "0" * 64
        sent = {"when": when, "lists": tag.pk, "fingerprint": fingerprint}
        walk.post("release_press", walk.release.pk, seen=walk.seen, **sent)


def mail_the_press(walk: Walk) -> None:
    """Queue a mailing for later."""
    now = timezone.now()
    given = {"release_at": now + LATER, "made_at": now, "lists": "Old", "when": "lift"}
    mailing = PressMailing.objects.create(release=walk.release, **given)
    mailing.recipients.create(journalist=make_journalist(), name="Ana")


def cancel_press(walk: Walk) -> None:
    mailing = PressMailing.objects.get(release=walk.release)
    walk.post("release_press_cancel", walk.release.pk, mailing.pk)


def import_journalists(walk: Walk) -> None:
    file = SimpleUploadedFile("list.csv", b"name,address\nBen,ben@example.org\n")
    walk.post("journalist_import", file=file)


def clear_journalist(walk: Walk) -> None:
    chosen = Journalist.objects.get().pk
    walk.post("journalist_changelist", action="clear", _selected_action=chosen)
