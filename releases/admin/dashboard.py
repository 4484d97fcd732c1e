"""First page of the admin: what waits for the person, what comes, and what needs attention."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timeuntil

from releases import publishing
from releases.admin import saved_views, status
from releases.alerts import announcing, calls
from releases.mail import outgoing
from releases.models import AuditEntry, Office, Release
from releases.publishing import waiting
from releases.publishing.office import CHANGE as CHANGE_OFFICE
from releases.search import outbox

RETRIED = "They are tried again by themselves."
SEE_MAIL = "Superusers find the causes under Outgoing e-mails, and can try again there."
SEE_LOG = "The server’s log has the causes."
SEE_CALLS = "Superusers find the causes under Outgoing calls, and can call again there."
MAX_ROWS = 10  # of each list
LISTED = ("pk", "number", "title", "status", "release_at", "updated_at")
# Most used first; models not named here follow by name.
BY_USE = [
    *("Release", "Topic", "AuditEntry", "Office", "User", "Group"),
    *("MissedSearch", "Synonym", "PinnedResult"),
]


@dataclass(frozen=True)
class Entry:
    """A release in a list, with the badge of its state and a note such as when it is public."""

    title: str
    url: str
    badge: str
    note: str


@dataclass(frozen=True)
class Panel:
    """A list of releases under a heading; `more` is the label of a link to the complete list."""

    title: str
    entries: list[Entry]
    empty: str
    url: str
    more: str = ""


def panels(person: User, at: datetime.datetime) -> list[Panel]:
    """Return the lists that the person may see at `at`."""
    if not person.has_perm("releases.view_release"):
        return []
    lists = (_waiting(person, at), _coming(at), _drafts(person, at), _attention(at), _today(at))
    return [panel for panels in lists for panel in panels]


def faults(person: User, at: datetime.datetime) -> list[str]:
    """Return a sentence for each outbox that fails, for who manages accounts or the site."""
    if not person.has_perm("auth.change_user"):
        return []
    search, mail, called = outbox.backlog(at).failing, outgoing.backlog(at), calls.backlog(at)
    failing, given_up = announcing.count_failed(at)
    found = [
        (
            search,
            f"The search index could not take {search} changes yet. It tries again by itself.",
        ),
        (failing, f"Releases whose alerts failed: {failing}. {RETRIED} {SEE_LOG}"),
        (given_up, f"Releases whose alerts were given up in the last week: {given_up}. {SEE_LOG}"),
        (mail.failing, f"E-mails that could not be sent yet: {mail.failing}. {RETRIED} {SEE_MAIL}"),
        (mail.given_up, f"E-mails given up in the last week: {mail.given_up}. {SEE_MAIL}"),
        (
            called.failing,
            f"Webhooks and pings that failed: {called.failing}. {RETRIED} {SEE_CALLS}",
        ),
        (
            called.given_up,
            f"Webhooks and pings given up in the last week: {called.given_up}. {SEE_CALLS}",
        ),
        (not outgoing.is_configured(), "This site sends no e-mail: EMAIL_URL is not set."),
    ]
    return [sentence for count, sentence in found if count]


def first_steps(person: User) -> set[str]:
    """Return the steps of the guide that are not done yet, and that the person may do."""
    colleagues = User.objects.filter(is_active=True, is_staff=True).exclude(pk=person.pk)
    steps = {
        "office": person.has_perm(CHANGE_OFFICE)
        and not Office.objects.exclude(updated_at=None).exists(),
        "invite": person.has_perm("auth.add_user") and not colleagues.exists(),
        "write": publishing.may(person, AuditEntry.Action.CREATED)
        and not Release.objects.published().exists(),
    }
    return {name for name, is_open in steps.items() if is_open}


def context(person: User) -> dict[str, Any]:
    """Return the template context of the first page."""
    at = timezone.now()
    shown = panels(person, at)
    return {
        "panels": shown,
        "tabs": saved_views.tabs(person) if shown else [],
        "faults": faults(person, at),
        "first_steps": first_steps(person),
    }


def sort_apps(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the admin's list of apps, ours first, with models by use."""
    for app in apps:
        app["models"].sort(key=_use)
    return sorted(apps, key=lambda app: app["app_label"] != "releases")


def _use(model: dict[str, Any]) -> tuple[int, str]:
    name = model["object_name"]
    return BY_USE.index(name) if name in BY_USE else len(BY_USE), model["name"]


def _waiting(person: User, at: datetime.datetime) -> list[Panel]:
    lists = [
        ("To approve", waiting.to_approve(person), AuditEntry.Action.APPROVED),
        ("Sent back to you", waiting.sent_back(person), AuditEntry.Action.EDITED),
        (
            "Proposed corrections",
            waiting.proposed_corrections(person),
            AuditEntry.Action.CORRECTION_APPROVED,
        ),
    ]
    return [
        _panel(
            title, rows.order_by("updated_at", "pk"), at, "Nothing waits for you here.", "waiting"
        )
        for title, rows, action in lists
        if publishing.may(person, action)
    ]


def _coming(at: datetime.datetime) -> list[Panel]:
    rows = list(Release.objects.embargoed(at).only(*LISTED).order_by("release_at", "pk")[:MAX_ROWS])
    entries = [
        _entry(row, at, f"{status.format_moment(row.release_at)}, in {_left(row, at)}")
        for row in rows
        if row.release_at
    ]
    calendar = reverse("admin:calendar")
    return [Panel("Coming", entries, "Nothing is scheduled.", calendar, "Calendar")]


def _left(row: Release, at: datetime.datetime) -> str:
    assert row.release_at
    return timeuntil(row.release_at, at)


def _drafts(person: User, at: datetime.datetime) -> list[Panel]:
    drafts = saved_views.drafts().order_by("-updated_at", "-pk")
    own = waiting.own(drafts, person)
    # Imported drafts with warnings are in a list of their own.
    others = waiting.not_own(drafts, person).filter(import_warnings=[])
    return [
        _panel("Drafts of yours", own, at, "You have no drafts.", "mine"),
        _panel("Drafts of others", others, at, "Nobody else has drafts.", ""),
    ]


def _attention(at: datetime.datetime) -> list[Panel]:
    rows = Release.objects.filter(~Q(import_warnings=[])).needing_attention()
    newest = rows.order_by("-updated_at", "-pk")
    return [_panel("Needs attention", newest, at, "No import has unsettled warnings.", "attention")]


def _today(at: datetime.datetime) -> list[Panel]:
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        Release.objects.published(at).filter(release_at__gte=start).order_by("-release_at", "-pk")
    )
    return [_panel("Published today", rows, at, "Nothing was published today.", "published")]


def _panel(title: str, rows: Any, at: datetime.datetime, empty: str, view: str) -> Panel:
    """Return the first rows; if there are more, with a link to the saved view."""
    found = list(rows.only(*LISTED)[: MAX_ROWS + 1])
    entries = [_entry(row, at, _moment(row, at)) for row in found[:MAX_ROWS]]
    more = saved_views.label(view) if len(found) > MAX_ROWS else ""
    return Panel(title, entries, empty, saved_views.address(view), more)


def _moment(row: Release, at: datetime.datetime) -> str:
    if row.is_published(at) and row.release_at:
        return status.short_time(row.release_at, at)
    return format_html("changed {}", status.short_time(row.updated_at, at))


def _entry(row: Release, at: datetime.datetime, note: str) -> Entry:
    url = reverse("admin:releases_release_change", args=[row.pk])
    return Entry(row.title or "Untitled", url, status.badge(row, at), note)
