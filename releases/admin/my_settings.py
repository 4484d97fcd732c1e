"""Page of a person's own settings: e-mail and the private calendar address."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

from pressroom.infra.office import origin
from releases.mail import outgoing
from releases.models import StaffSettings


class MySettingsForm(forms.ModelForm):
    class Meta:
        model = StaffSettings
        fields = ["gets_mail"]


class DensityForm(forms.ModelForm):
    class Meta:
        model = StaffSettings
        fields = ["list_density"]


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show and save the settings of who is signed in."""
    assert isinstance(request.user, User)
    settings = StaffSettings.of(request.user)
    if action := ACTIONS.get(request.POST.get("action", "")):
        address = action(request, settings)
        if not address:
            return HttpResponseRedirect(_next_page(request))
        context = {**context, "calendar_address": address}
    return render(
        request,
        "admin/my_settings.html",
        {
            **context,
            "title": "My settings",
            "form": MySettingsForm(instance=settings),
            "settings": settings,
            "is_mail_sent": outgoing.is_configured(),
        },
    )


def digest_of(token: str) -> str:
    """Return the HMAC-SHA256 (hex) of a calendar token under SECRET_KEY."""
    # Only this is stored, so the address is shown once.
    return salted_hmac("releases.calendar", token, algorithm="sha256").hexdigest()


def _save(request: HttpRequest, settings: StaffSettings) -> str:
    MySettingsForm(request.POST, instance=settings).save()
    messages.success(request, "Your settings are saved.")
    return ""


def _new_address(request: HttpRequest, settings: StaffSettings) -> str:
    """Return a new private address; the one before stops working."""
    token = secrets.token_urlsafe(32)
    settings.calendar_digest = digest_of(token)
    settings.save()
    return origin(request) + reverse("admin:calendar-feed", args=[token])


def _revoke_address(request: HttpRequest, settings: StaffSettings) -> str:
    settings.calendar_digest = None
    settings.save()
    messages.success(request, "The calendar address no longer works.")
    return ""


def _set_density(request: HttpRequest, settings: StaffSettings) -> str:
    """Store how many rows the list of releases shows on a screen."""
    form = DensityForm(request.POST, instance=settings)
    if form.is_valid():
        form.save()
    return ""


def _next_page(request: HttpRequest) -> str:
    """Return the page that the form was on."""
    given = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(given, {request.get_host()}, request.is_secure())
    return given if is_ours else reverse("admin:my-settings")


ACTIONS = {
    "density": _set_density,
    "save": _save,
    "new-address": _new_address,
    "revoke-address": _revoke_address,
}
