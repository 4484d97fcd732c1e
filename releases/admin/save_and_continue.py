"""Action buttons of a release's form, which save it and continue to the action's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from releases.admin.actions import ACTIONS
from releases.models import Release

NEXT = "_next"  # name of the buttons; the value is the page
PAGES = {
    "preview": "admin:releases_release_preview",
    "previews": "admin:releases_release_previews",
    "press": "admin:releases_release_press",
    "links": "admin:releases_release_links",
}


class NextPages(admin.ModelAdmin):
    """Admin whose form redirects to the chosen page after saving."""

    def response_add(self, request: HttpRequest, obj: Release, *args: Any) -> HttpResponse:
        return _redirect_to_action(request, obj) or super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: Release) -> HttpResponse:
        return _redirect_to_action(request, obj) or super().response_change(request, obj)


def _redirect_to_action(request: HttpRequest, release: Release) -> HttpResponse | None:
    name = request.POST.get(NEXT, "")
    if name in PAGES:
        return HttpResponseRedirect(reverse(PAGES[name], args=[release.pk]))
    if name in ACTIONS:
        address = reverse("admin:releases_release_verb", args=[release.pk, name])
        return HttpResponseRedirect(address)
    return None
