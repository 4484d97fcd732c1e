"""Proposed corrections in the admin: form, list filter and panel of the release."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from releases import publishing
from releases.admin.actions import ACTIONS, PROPOSAL_ACTIONS
from releases.admin.release_form import ReleaseForm
from releases.models import ProposedCorrection, Release

FILES_NOT_PROPOSABLE = (
    "Images and documents cannot be part of a proposal. Propose the text first, then change the "
    "files and save them separately."
)
SENT = "Your correction is proposed. A publisher will decide. The public page has not changed."


class ProposalRequiredError(Exception):
    """Signal to roll back a save and propose the change instead, with these arguments."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.arguments = arguments


class ProposalFilter(admin.SimpleListFilter):
    """List filter for releases with an open proposal, with their number."""

    title = "proposed correction"
    parameter_name = "proposed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        count = ProposedCorrection.objects.filter(status="open").count()
        return [("open", f"Awaiting a decision ({count})")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        waiting = ProposedCorrection.objects.filter(status="open").values("release")
        return queryset.filter(pk__in=waiting)


def require_proposal(form: ReleaseForm) -> None:
    """Check whether the change saved in this transaction must be proposed instead.

    Raises ProposalRequiredError if so, ActionRefusedError if it changes files too.
    """
    if not form.proposes or form.before is None:
        return
    content_of = ProposedCorrection.content_of
    before, after = form.before.snapshot, Release.objects.get(pk=form.instance.pk).snapshot()
    if content_of(before) == content_of(after):
        return
    if before | content_of(after) != after:
        raise publishing.ActionRefusedError(FILES_NOT_PROPOSABLE)
    raise ProposalRequiredError(
        content=content_of(after),
        kind=form.cleaned_data["change_kind"] or "minor",
        note=form.cleaned_data["change_note"],
        expected_version=form.before.updated_at,
    )


def proposal_panel(request: HttpRequest, release: Release) -> dict[str, Any]:
    """Return the release's open proposal with its changes, objections and actions; {} for none."""
    found = publishing.open_proposal(release)
    if found is None:
        return {}
    return {
        "row": found,
        "changes": publishing.proposed_changes(found),
        "objections": publishing.objections_to_proposal(found),
        "actions": [
            _action_link(name, release)
            for name in PROPOSAL_ACTIONS
            if _is_available(name, found, request)
        ],
    }


def _is_available(name: str, found: ProposedCorrection, request: HttpRequest) -> bool:
    person: Any = request.user
    if name == "take-back-correction":
        return found.proposed_by == person
    return publishing.may(person, ACTIONS[name].audit_action)


def _action_link(name: str, release: Release) -> dict[str, str]:
    address = reverse("admin:releases_release_verb", args=[release.pk, name])
    return {"label": ACTIONS[name].label, "url": address}
