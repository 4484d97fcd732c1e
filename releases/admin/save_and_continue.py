"""The action buttons of a release's form: each saves what was typed, then goes to its own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from releases.admin.actions import ACTIONS
from releases.models import Release

NEXT = "_next"  # the name of these buttons; the value says which page
PAGES = {
    "preview": "admin:releases_release_preview",
    "previews": "admin:releases_release_previews",
}


class NextPages(admin.ModelAdmin):
    """An admin whose form can lead on, once it is saved, to the page of an action."""

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
