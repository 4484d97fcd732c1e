"""Admin for redirects, and the report of old addresses that lead nowhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.cleaning_messages import CleaningMessages
from releases.admin.lists import BoundedList
from releases.models import MissedAddress, Redirect
from releases.web import missed_addresses

WIDE = forms.TextInput(attrs={"size": 70})


class RedirectForm(forms.ModelForm):
    """Form that refuses redirects that loop, hide a page or lead nowhere."""

    class Meta:
        model = Redirect
        fields = ["address", "target", "status"]
        widgets = dict.fromkeys(["address", "target"], WIDE)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        for name in self._meta.fields or ():
            setattr(self.instance, name, data[name])
        if reasons := publishing.prepare_redirect(self.instance):
            raise forms.ValidationError(reasons)
        return {**data, "address": self.instance.address, "target": self.instance.target}


@admin.register(Redirect)
class RedirectAdmin(CleaningMessages, BoundedList):
    form = RedirectForm
    list_display = ["address", "target", "status"]
    list_filter = ["status"]
    search_fields = ["address", "target"]

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:
        publishing.save_redirect(obj, **action_context(request))

    def delete_model(self, request: HttpRequest, obj: Redirect) -> None:
        publishing.delete_redirects([obj], **action_context(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Redirect]) -> None:
        publishing.delete_redirects(queryset, **action_context(request))


@admin.register(MissedAddress)
class MissedAddressAdmin(BoundedList):
    """Report whose rows lead to the form of a redirect."""

    # The link second: in a narrow window the last columns are out of sight.
    list_display = ["address", "make_redirect", "hits", "last_seen"]
    list_display_links = None
    search_fields = ["address"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        missed_addresses.counter.write(timezone.localdate())
        title = {"title": "Old addresses that lead nowhere"}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    @admin.display(description="redirect")
    def make_redirect(self, missed: MissedAddress) -> str:
        url = reverse("admin:releases_redirect_add")
        query = urlencode({"address": missed.address})
        return format_html(
            '<a href="{}?{}" aria-label="Redirect {}">Redirect</a>', url, query, missed.address
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        may = request.user.has_perm("releases.add_redirect")
        return self.list_display if may else ["address", "hits", "last_seen"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
