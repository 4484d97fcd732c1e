"""Pages of a release other than its form: one for each action, and the preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from pressroom.infra.http.client_ip import client_address
from releases import publishing
from releases.admin.actions import (
    ACTIONS,
    PROPOSAL_ACTIONS,
    ActionForm,
    ReleaseAction,
    available_actions,
)
from releases.admin.cleaning_messages import CleaningMessages
from releases.admin.status import describe_status
from releases.models import Release


class ActionPages(CleaningMessages):
    """Release admin with a page for each action and for the preview."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        site = self.admin_site
        return [
            path(
                "<int:pk>/do/<slug:name>/",
                site.admin_view(self.action_page),
                name="releases_release_verb",
            ),
            path(
                "<int:pk>/preview/",
                site.admin_view(never_cache(self.preview)),
                name="releases_release_preview",
            ),
            *super().get_urls(),
        ]

    def action_page(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Show the action's form; on POST, run the action or explain why it is refused."""
        release, action = self._get_viewable(request, pk), ACTIONS.get(name)
        if action is None:
            raise Http404("There is no such action.")
        sent = request.POST if request.method == "POST" else None
        return self.run_action(request, release, action, sent or None)

    def run_action(
        self,
        request: HttpRequest,
        release: Release,
        action: ReleaseAction,
        sent: QueryDict | None,
    ) -> HttpResponse:
        """Run the action and redirect to the release's form; show the action's page if nothing is
        sent or something is wrong."""
        form = action.form(sent, initial=initial_data(release))
        form.release = release
        reasons: tuple[str, ...] = ()
        if form.is_valid():
            try:
                changed = action.run(release, **form.arguments(), **action_context(request))
            except publishing.ConfirmationRequiredError as unconfirmed:
                form.questions = unconfirmed.reasons
            except publishing.ActionRefusedError as refused:
                reasons = refused.reasons
            else:
                self.message_user(request, _success_message(action, changed), messages.SUCCESS)
                self.name_cleaned(request, form)
                return HttpResponseRedirect(_change_url(release))
        return self._render(request, release, action, form, reasons)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the release as the public will see it, uncached and for staff only."""
        release = self._get_viewable(request, pk)
        context = {"release": release, "status": describe_status(release, timezone.now())}
        return render(request, "admin/releases/release/preview.html", context)

    def _get_viewable(self, request: HttpRequest, pk: int) -> Release:
        release = self.get_object(request, str(pk))
        if release is None:
            raise Http404("There is no such release.")
        if not self.has_view_permission(request, release):
            raise PermissionDenied
        return release

    def _render(
        self,
        request: HttpRequest,
        release: Release,
        action: ReleaseAction,
        form: ActionForm,
        reasons: tuple[str, ...],
    ) -> HttpResponse:
        is_decision = action.name in PROPOSAL_ACTIONS
        proposal = publishing.open_proposal(release) if is_decision else None
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{action.label.removesuffix(' …')}: {release}",
            "original": release,
            "action": action,
            "form": form,
            "reasons": reasons,
            "blockers": action.blockers(release, request),
            "proposal": proposal,
            "changes": publishing.proposed_changes(proposal) if proposal else [],
            "checklist": publishing.checklist_items(release) if action.name == "approve" else [],
            "open_warnings": release.unresolved_warnings() if action.name == "approve" else [],
            "status": describe_status(release, timezone.now()),
            "change_page": _change_url(release),
            "action_page": reverse("admin:releases_release_verb", args=[release.pk, action.name]),
        }
        return render(request, "admin/releases/release/action.html", context)


def action_context(request: HttpRequest) -> dict[str, Any]:
    """Return the person and the origin to record in the audit entry."""
    return {"by": request.user, "origin": f"admin, {client_address(request) or 'address unknown'}"}


def action_buttons(request: HttpRequest, release: Release) -> list[dict[str, Any]]:
    """Return name, label, URL and blockers, as one text, of each action available now."""
    return [
        {
            "name": action.name,
            "label": action.label,
            "url": reverse("admin:releases_release_verb", args=[release.pk, action.name]),
            "blockers": " ".join(blockers),
        }
        for action, blockers in available_actions(release, request)
    ]


def blocker_notes(buttons: list[dict[str, Any]]) -> dict[str, str]:
    """Return each text that blocks buttons, once, with the labels of these buttons."""
    texts = dict.fromkeys(button["blockers"] for button in buttons if button["blockers"])
    return {
        text: ", ".join(
            button["label"].removesuffix(" …") for button in buttons if button["blockers"] == text
        )
        for text in texts
    }


def _success_message(action: ReleaseAction, changed: Release) -> str:
    status = describe_status(changed, timezone.now())
    if action.name == "pair":
        original = changed.translation_of
        status = f"translation of {original}" if original else "not a translation"
    return f"{action.success}: “{changed}” ({status})."


def initial_data(release: Release) -> dict[str, Any]:
    proposal = publishing.open_proposal(release)
    return {
        "proposal": proposal.pk if proposal else None,
        "seen": release.updated_at.isoformat(),
        "release_at": release.release_at or publishing.proposed_moment(release, timezone.now()),
        "slug": release.slug,
        "original": release.translation_of.number if release.translation_of else "",
    }


def _change_url(release: Release) -> str:
    return reverse("admin:releases_release_change", args=[release.pk])
