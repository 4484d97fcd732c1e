"""Facts about the rows of one page of the list, queried once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.functions import Left

from releases.models import AuditEntry, ProposedCorrection, Release
from releases.models.completeness import missing
from releases.publishing import waiting

FIELDS = (
    *("number", "title", "date", "status", "release_at", "proposed_release_at", "language"),
    *("import_warnings", "edited_by", "updated_at"),
)
START = 200  # characters that show whether a text is blank
WANTED = {"title": "a title", "date": "a date", "body": "text"}


def load(releases: QuerySet[Release]) -> list[Any]:
    """Return the rows with topics, `author` and `needs`."""
    rows: list[Any] = list(releases.only(*FIELDS).annotate(start=Left("body", START)))
    prefetch_related_objects(rows, "topics")
    keys = [row.pk for row in rows]
    authors = _authors(rows)
    returned = set(
        waiting.returned(Release.objects.filter(pk__in=keys)).values_list("pk", flat=True)
    )
    proposals = ProposedCorrection.objects.filter(status="open", release__in=keys)
    proposed = set(proposals.values_list("release", flat=True))
    for row in rows:
        row.author = authors.get(row.pk, "")
        row.needs = list(_needs(row, row.pk in returned, row.pk in proposed))
    return rows


def _authors(rows: Sequence[Any]) -> dict[int, str]:
    """Return who wrote each release; for those without a record, who changed it last."""
    created = AuditEntry.objects.filter(
        release__in=[row.pk for row in rows], action=AuditEntry.Action.CREATED
    )
    lines = created.select_related("by").order_by("-pk")
    found = {line.release_id: line.who for line in lines if line.release_id}
    editors = User.objects.in_bulk({row.edited_by_id for row in rows if row.pk not in found})
    names = {pk: person.get_full_name() or person.username for pk, person in editors.items()}
    return {row.pk: names.get(row.edited_by_id or 0, "") for row in rows} | found


def _needs(row: Any, is_returned: bool, is_proposed: bool) -> Iterable[str]:
    """Yield what the release waits for, in a few words each."""
    if is_proposed:
        yield "decide the correction"
    if row.status not in (Release.Status.DRAFT, Release.Status.IN_REVIEW):
        return
    if row.status == Release.Status.IN_REVIEW:
        yield "approval"
    if is_returned:
        yield "changes: sent back"
    if wanted := [WANTED[name] for name in missing(row.title, row.date, row.start)]:
        yield ", ".join(wanted)
    if count := len(row.import_warnings):
        yield f"settle {count} warning{'s' if count != 1 else ''}"
