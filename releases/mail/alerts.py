"""Alerts as messages, made from the release as it is when they are sent."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formataddr
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pressroom.infra import office
from releases.content import markup
from releases.mail import outgoing
from releases.mail.list_links import list_address
from releases.mail.wording import describe_all
from releases.models import OutgoingMail, ReceivedRelease, Release, Subscription, Version
from releases.models.subscriptions import ACTIVE, sign_link
from releases.output import plain
from releases.output.edition import Edition, read_release

MAX_SUBJECT_TITLE = 150  # characters
MAX_TEXT = 30_000  # characters of a release that a mail prints in full
WIDTH = 72  # characters per line (RFC 3676)
Kind = Version.Kind
LOGGED_KINDS = (Kind.CORRECTION, Kind.WITHDRAWAL, Kind.REINSTATEMENT)  # of the corrections log


@dataclass(frozen=True)
class Item:
    """Part of a mail about one release, in one language, with the version that it shows."""

    release: int
    number: str
    version: int
    subject: str
    text: str
    html: str
    is_change: bool  # of a release that was announced before


class _State(NamedTuple):
    """Everything that an item depends on; the same state makes the same item."""

    release: int
    updated_at: datetime.datetime
    status: str
    office: str
    site: str


def compose(mail: OutgoingMail, at: datetime.datetime) -> EmailMultiAlternatives | None:
    """Return the message; None if nothing in it is news any more: the person stopped the alerts
    or has a later version, or the release is not public at `at`."""
    wanted = list(Subscription.objects.filter(ACTIVE, pk__in=mail.subscriptions))
    assert mail.subscriber is not None
    with translation.override(mail.subscriber.language):
        items = _items(mail, wanted, at) if wanted else []
        return _message(mail, items, wanted) if items or (wanted and mail.rest) else None


def record_received(
    mail: OutgoingMail, message: EmailMultiAlternatives, at: datetime.datetime
) -> None:
    """Note which versions the subscriber has now."""
    received = [
        ReceivedRelease(
            subscriber=mail.subscriber,
            release_id=each.release,
            version=each.version,
            subscriptions=mail.subscriptions,
            at=at,
        )
        for each in _items_of(message)
    ]
    ReceivedRelease.objects.bulk_create(
        received,
        update_conflicts=True,
        unique_fields=["release", "subscriber"],
        update_fields=["version", "subscriptions", "at"],
    )


def _items_of(message: EmailMultiAlternatives) -> list[Item]:
    items: list[Item] = message.items  # type: ignore[attr-defined]
    return items


def _items(mail: OutgoingMail, wanted: list[Subscription], at: datetime.datetime) -> list[Item]:
    """Return the parts that are still news, in the order in which they were announced."""
    follows_corrections = any(each.kind == Subscription.Kind.CORRECTIONS for each in wanted)
    versions = _versions(tuple(mail.versions))
    _wait_for_others(mail, versions)
    received = _received(mail, versions)
    states = _states({version.release_id for version in versions}, at)
    is_only = len(mail.versions) == 1
    items: dict[int, Item] = {}
    for version in versions:
        state = states.get(version.release_id)
        if state is None or version.number <= received.get(version.release_id, 0):
            continue
        if _is_past(version, state.status == Release.Status.APPROVED):
            continue
        is_new = version.kind == Kind.ISSUED or (
            follows_corrections and version.kind in LOGGED_KINDS
        )
        if not is_new and version.release_id not in received:
            continue
        language = translation.get_language()
        items[version.release_id] = _item(state, version.pk, language, is_only)
    return list(items.values())


@lru_cache(maxsize=200)  # versions never change
def _versions(keys: tuple[int, ...]) -> list[Version]:
    found = Version.objects.filter(pk__in=keys).order_by("pk")
    return list(found.only("pk", "number", "kind", "release_id"))


def _is_past(version: Version, is_published: bool) -> bool:
    """Return whether the news is no longer true: withdrawn since, or published again."""
    if version.kind == Kind.ISSUED:
        return not is_published
    return version.kind == Kind.WITHDRAWAL and is_published


def _wait_for_others(mail: OutgoingMail, versions: Iterable[Version]) -> None:
    """Wait until no other worker is sending the same person an earlier version."""
    if any(version.kind != Kind.ISSUED for version in versions):
        others = OutgoingMail.objects.filter(subscriber=mail.subscriber, next_try_at__isnull=False)
        list(others.exclude(pk__gte=mail.pk).select_for_update().values_list("pk"))


def _received(mail: OutgoingMail, versions: Iterable[Version]) -> dict[int, int]:
    releases = {version.release_id for version in versions}
    rows = ReceivedRelease.objects.filter(subscriber=mail.subscriber, release__in=releases)
    return dict(rows.values_list("release_id", "version"))


def _states(releases: Iterable[int], at: datetime.datetime) -> dict[int, _State]:
    found = Release.objects.on_record(at).filter(pk__in=releases)
    site, shown = outgoing.absolute_url("").rstrip("/"), office.current().fingerprint
    return {
        row[0]: _State(*row, shown, site) for row in found.values_list("pk", "updated_at", "status")
    }


def item_of(release: int, version: int, at: datetime.datetime) -> Item | None:
    """Return a release in full, in the active language; None if it is not on record at `at`."""
    state = _states([release], at).get(release)
    return _item(state, version, translation.get_language(), is_only=True) if state else None


@lru_cache(maxsize=200)
def _item(state: _State, version: int, language: str, is_only: bool) -> Item:
    announced = Version.objects.only("kind", "note", "number").get(pk=version)
    release = read_release(Release.objects.filter(pk=state.release))
    edition = Edition.of(release, state.site)
    label, title = _label(release, announced), heading(release)
    context = {
        "edition": edition,
        "release": release,
        "heading": title,
        "label": label,
        "note": release.status_reason or announced.note,
        "is_readable": release.status == Release.Status.APPROVED,
        "is_whole": is_only and len(edition.text.body) <= MAX_TEXT,
        "interface": language,
    }
    context["plain"] = _plain(edition, context)
    return Item(
        release=release.pk,
        number=edition.number,
        version=edition.latest.number,
        subject=shortened(f"{label}: {title}" if label else title),
        text=render_to_string("alerts/mail/item.txt", context).strip(),
        html=render_to_string("alerts/mail/_item.html", context),
        is_change=bool(label),
    )


def heading(release: Release) -> str:
    """Return the title, unless it is withheld."""
    if release.title_withheld:
        return _("Release %(number)s: title withheld") % {"number": release.number}
    return release.title


def _label(release: Release, announced: Version) -> str:
    """Return what happened to a release that was announced before; "" if it is new."""
    if release.status == Release.Status.WITHDRAWN:
        return _("Withdrawn")
    if release.is_taken_down:
        return _("Removed")
    labels = {
        Kind.CORRECTION: _("Correction"),
        Kind.UPDATE: _("Update"),
        Kind.REINSTATEMENT: _("Published again"),
    }
    return labels.get(Kind(announced.kind), "")


def _plain(edition: Edition, context: dict[str, Any]) -> str:
    if not context["is_readable"]:
        return ""
    if context["is_whole"]:
        return plain.compose(edition.text, WIDTH) + _links(edition)
    return f"{edition.title}\n{date_format(edition.date)}"


def _links(edition: Edition) -> str:
    """Return the words and address of each link, which plain text cannot have in its place."""
    texts = (edition.text.body, *(section.body for section in edition.text.sections))
    found = dict.fromkeys(link for text in texts for link in markup.links(text))
    lines = [f"{words}: {urljoin(edition.permalink, to)}" for words, to in found if words != to]
    above = _("Links")
    return "\n".join(["", f"{above}:", *lines, ""]) if lines else ""


def shortened(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= MAX_SUBJECT_TITLE else f"{title[: MAX_SUBJECT_TITLE - 1]}…"


def _message(
    mail: OutgoingMail, items: list[Item], wanted: list[Subscription]
) -> EmailMultiAlternatives:
    assert mail.subscriber is not None
    end = outgoing.absolute_url(
        reverse("alerts-end", args=[sign_link("end", *(each.pk for each in wanted))])
    )
    subject, words = _subject(items, mail), describe_all(wanted)
    lists = [list_address(each, mail.since, mail.until) for each in wanted] if mail.rest else []
    context = {
        "items": items,
        "subject": subject,
        "wanted": words,
        "rest": mail.rest,
        "lists": list(zip(words, lists, strict=False)),
        "end": end,
        "mine": outgoing.absolute_url(reverse("alerts-mine", args=[mail.subscriber.token])),
        "office_name": office.current().name,
        "contact": office.current().contact,
        "interface": translation.get_language(),
    }
    message = EmailMultiAlternatives(
        subject,
        render_to_string("alerts/mail/alert.txt", context).strip() + "\n",
        to=[mail.to],
        headers={
            **_thread(mail, items),
            **list_headers("alerts", end),
        },
    )
    message.attach_alternative(render_to_string("alerts/mail/alert.html", context), "text/html")
    message.items = items  # type: ignore[attr-defined]
    return message


def _subject(items: list[Item], mail: OutgoingMail) -> str:
    if len(mail.versions) == 1:
        return items[0].subject
    count = len(items) + mail.rest
    day = date_format(timezone.localdate(mail.created_at))
    counted = ngettext("%(count)s press release", "%(count)s press releases", count)
    return f"{counted % {'count': count}}, {day}"


def _thread(mail: OutgoingMail, items: list[Item]) -> dict[str, str]:
    """Return the headers by which mail programs put a release and its corrections together."""
    if len(mail.versions) != 1:
        return {}
    # Nobody sent the root: programs join messages that refer to the same one (RFC 5256).
    root = f"<release-{items[0].number}@{outgoing.sender_domain()}>"
    return {"References": root, **({"In-Reply-To": root} if items[0].is_change else {})}


def list_headers(name: str, end: str) -> dict[str, str]:
    """Return the headers of a mailing list that `end` stops at one click (RFC 8058)."""
    host = urlsplit(outgoing.absolute_url("/")).hostname or "localhost"
    return {
        "List-Id": formataddr((office.current().name, f"{name}.{host}"), charset="utf-8"),
        "List-Unsubscribe": f"<{end}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Content-Language": translation.get_language(),
    }
