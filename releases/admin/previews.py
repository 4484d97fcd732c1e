"""Preview links of a release under embargo, with their use."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pressroom.infra.office import origin
from releases import publishing
from releases.admin.action_pages import ActionPages, action_context
from releases.admin.actions import ActionForm
from releases.admin.cleaning_messages import CleanText
from releases.admin.moment_forms import ZONE_HELP, MomentField
from releases.admin.status import describe_status
from releases.models import AuditEntry, PreviewUse, Release

LAST_USES = 100
EXPIRY_AFTER_RELEASE = datetime.timedelta(days=7)  # the link then redirects to the permalink


class ShareForm(ActionForm):
    recipient = CleanText(
        max_length=300,
        help_text="One person, by a name you will recognize: Jane Roe, Springfield Gazette.",
        widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off"}),
    )
    expires_at = MomentField(
        label="Expires",
        help_text=f"{ZONE_HELP} After publication, the link redirects to the permalink.",
        widget=forms.DateTimeInput(attrs={"size": 30}),
    )


class PreviewLinkPages(ActionPages):
    """Release admin with a page for its preview links."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view = self.admin_site.admin_view
        name = "releases_release_previews"
        pages = [
            path("<int:pk>/previews/", view(never_cache(self.previews)), name=name),
            path(
                "<int:pk>/previews/<int:link>/revoke/",
                view(require_POST(self.revoke_preview)),
                name="releases_release_preview_revoke",
            ),
        ]
        return [*pages, *super().get_urls()]

    def previews(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the links, with a form for a new one, whose address only this response shows."""
        release = self._get_viewable(request, pk)
        seen = {"seen": release.updated_at.isoformat()}
        first = {"expires_at": _default_expiry(release), **seen}
        form = ShareForm(request.POST or None, initial=first)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            try:
                link, token = publishing.create_preview(
                    release, **form.arguments(), **action_context(request)
                )
            except publishing.ActionRefusedError as refused:
                context["reasons"] = refused.reasons
            else:
                address = origin(request) + reverse("preview", args=[token])
                context |= {"link": link, "address": address}
                self.name_cleaned(request, form)
        return render(
            request,
            "admin/releases/release/previews.html",
            {**self._page_context(request, release), **context},
        )

    def revoke_preview(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        """Revoke one link immediately."""
        release = self._get_viewable(request, pk)
        row = get_object_or_404(release.preview_links, pk=link)
        try:
            publishing.revoke_preview(row, **action_context(request))
        except publishing.ActionRefusedError as refused:
            self.message_user(request, str(refused), messages.ERROR)
        else:
            sentence = f"The preview for {row.recipient} is revoked."
            self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:releases_release_previews", args=[pk]))

    def _page_context(self, request: HttpRequest, release: Release) -> dict[str, Any]:
        now, person = timezone.now(), request.user
        uses = {"openings": Count("uses"), "last_use": Max("uses__at")}
        links = release.preview_links.select_related("made_by").annotate(**uses)
        may = publishing.may(person, AuditEntry.Action.PREVIEW_SHARED)  # type: ignore[arg-type]
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Previews: {release}",
            "original": release,
            "status": describe_status(release, now),
            "links": [(link, link.is_active(now)) for link in links],
            "uses": PreviewUse.objects.filter(link__release=release).select_related("link")[
                :LAST_USES
            ],
            "refusal": "" if may else publishing.refusal_message(AuditEntry.Action.PREVIEW_SHARED),
            "is_embargoed": release.is_embargoed(now),
        }


def _default_expiry(release: Release) -> datetime.datetime:
    return (release.release_at or timezone.now()) + EXPIRY_AFTER_RELEASE
