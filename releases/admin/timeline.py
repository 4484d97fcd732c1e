"""One timeline per release: actions, saved drafts, versions, comments, previews opened and
e-mails, newest first."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import CharField, F, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from releases.admin.status import format_moment
from releases.content import diffing
from releases.models import (
    AuditEntry,
    Comment,
    DraftState,
    OutgoingMail,
    PreviewUse,
    Release,
    Version,
)

PAGE_SIZE = 50
MAX_KEY_DIGITS = 18
ONE_SAVE = datetime.timedelta(seconds=2)  # from the audit entry to the text
THE_SYSTEM = "The system"


@dataclass(frozen=True)
class Event:
    """A line of the timeline: who did what and when, in words, and what can be done with it."""

    at: datetime.datetime
    who: str
    what: str
    why: str = ""
    compare: str = ""  # names the change to show, as `state-12` or `version-3`
    restore: str = ""

    @property
    def moment(self) -> str:
        """Return the moment in the office's zone and UTC."""
        return format_moment(self.at)


def name_of(person: Any) -> str:
    """Return the person's full name or username, or the system's name."""
    return (person.get_full_name() or person.get_username()) if person else THE_SYSTEM


def _actions(keys: Sequence[int]) -> dict[int, Event]:
    rows = AuditEntry.objects.filter(pk__in=keys).select_related("by")
    return {row.pk: Event(row.at, row.who, row.get_action_display(), row.why) for row in rows}


def _states(keys: Sequence[int]) -> dict[int, Event]:
    rows = DraftState.objects.filter(pk__in=keys).defer("snapshot").select_related("by")
    return {
        row.pk: Event(
            row.at,
            name_of(row.by) if row.by else "",
            "saved this draft" if row.by else "Text before the first save here",
            compare=f"state-{row.pk}",
            restore=f"state-{row.pk}",
        )
        for row in rows
    }


def _versions(keys: Sequence[int]) -> dict[int, Event]:
    rows = Version.objects.filter(pk__in=keys).defer("snapshot").select_related("by")
    return {
        row.pk: Event(
            row.at,
            name_of(row.by),
            f"recorded version {row.number} ({row.get_kind_display()})",
            row.note,
            compare=f"version-{row.pk}" if row.number > 1 else "",
        )
        for row in rows
    }


def _preview_uses(keys: Sequence[int]) -> dict[int, Event]:
    rows = PreviewUse.objects.filter(pk__in=keys).select_related("link")
    return {
        row.pk: Event(
            row.at,
            row.link.recipient,
            f"opened {row.file} of the preview" if row.file else "opened the preview",
        )
        for row in rows
    }


def _comments(keys: Sequence[int]) -> dict[int, Event]:
    rows = Comment.objects.filter(pk__in=keys).select_related("by")
    return {
        row.pk: Event(
            row.at,
            name_of(row.by),
            "replied to a comment" if row.parent_id else f"commented on {row.where}",
            row.text,
        )
        for row in rows
    }


def _mails(keys: Sequence[int]) -> dict[int, Event]:
    rows = OutgoingMail.objects.filter(pk__in=keys).defer("text", "html").select_related("person")
    return {
        row.pk: Event(
            row.created_at,
            THE_SYSTEM,
            f"e-mailed {name_of(row.person) if row.person else row.to} ({_delivery(row)})",
            row.subject,
        )
        for row in rows
    }


def _mails_to_staff(release: Release) -> QuerySet[OutgoingMail]:
    # Not to subscribers and journalists, whose addresses are not for everyone on the staff.
    return OutgoingMail.objects.filter(release=release, subscriber=None, press=None)


def _delivery(mail: OutgoingMail) -> str:
    """Return what became of the mail, with the moment or the error."""
    if mail.sent_at:
        return f"sent {format_moment(mail.sent_at)}"
    return f"{mail.state}: {mail.error}" if mail.error else f"{mail.state} to be sent"


# Kind, rows of a release, and their events by key.
Source = tuple[Callable[[Release], QuerySet[Any]], Callable[[Sequence[int]], dict[int, Event]]]
SOURCES: dict[str, Source] = {
    "action": (lambda release: AuditEntry.objects.filter(release=release), _actions),
    "state": (lambda release: DraftState.objects.filter(release=release), _states),
    "version": (lambda release: Version.objects.filter(release=release), _versions),
    "comment": (lambda release: Comment.objects.filter(release=release), _comments),
    "preview": (lambda release: PreviewUse.objects.filter(link__release=release), _preview_uses),
    "mail": (lambda release: _mails_to_staff(release).annotate(at=F("created_at")), _mails),
}


class Timeline(admin.ModelAdmin):
    """Release admin whose history page is the timeline."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show one page of the timeline, and the change that is asked for."""
        release = self.get_object(request, unquote(object_id))
        if release is None:
            raise Http404("There is no such release.")
        if not self.has_view_permission(request, release):
            raise PermissionDenied
        page = Paginator(_keys(release), PAGE_SIZE).get_page(request.GET.get("page"))
        chosen = request.GET.get("compare", "")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"History: {release}",
            "original": release,
            "page": page,
            "events": events(list(page)),
            "chosen": chosen,
            "changes": _changes(release, chosen),
            "may_restore": self.has_change_permission(request, release),
            "change_page": reverse("admin:releases_release_change", args=[release.pk]),
        }
        return render(request, "admin/releases/release/timeline.html", context)


def _keys(release: Release) -> QuerySet[Any]:
    """Return the kind, key and moment of all events, newest first."""
    parts = [
        rows(release)
        .order_by()
        .annotate(source=Value(kind, CharField()), moment=F("at"))
        .values_list("source", "pk", "moment")
        for kind, (rows, _) in SOURCES.items()
    ]
    return parts[0].union(*parts[1:], all=True).order_by("-moment", "source", "-pk")


def events(keys: Sequence[tuple[str, int, datetime.datetime]]) -> list[Event]:
    """Return the events in the order of the keys, with one query for each kind."""
    by_kind = defaultdict(list)
    for kind, key, _ in keys:
        by_kind[kind].append(key)
    found = {kind: SOURCES[kind][1](pks) for kind, pks in by_kind.items()}
    listed = [(kind, found[kind][key]) for kind, key, _ in keys if key in found[kind]]
    return list(_join_saves(listed))


def _join_saves(listed: Sequence[tuple[str, Event]]) -> Iterator[Event]:
    """Yield the events, an action and the text that it saved as one."""
    left = list(listed)
    while left:
        kind, event = left.pop(0)
        # The state before the first save is between the two.
        near = (n for n, (other, at) in enumerate(left[:2]) if _are_one({kind, other}, event, at))
        if (place := next(near, None)) is not None:
            other = left.pop(place)[1]
            action, text = (event, other) if kind == "action" else (other, event)
            event = replace(action, compare=text.compare, restore=text.restore)
        yield event


def _are_one(kinds: set[str], event: Event, other: Event) -> bool:
    is_pair = kinds in ({"action", "state"}, {"action", "version"})
    return is_pair and event.who == other.who and abs(event.at - other.at) <= ONE_SAVE


def _changes(release: Release, name: str) -> list[diffing.Change] | None:
    """Return what the draft state or version named like "state-12" changed; None for no such."""
    kind, _, key = name.partition("-")
    if not (key.isascii() and key.isdecimal() and len(key) <= MAX_KEY_DIGITS):
        return None
    rows: Any = {"state": release.draft_states, "version": release.versions}.get(kind)
    row = rows and rows.filter(pk=key).first()
    if not row:
        return None
    before = rows.filter(at__lte=row.at, pk__lt=row.pk).order_by("-pk").first()
    return diffing.compare(before.snapshot, row.snapshot) if before else []
