"""Admin for boilerplate, and the page that puts it into a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.cleaning_messages import CleaningMessages, CleanText
from releases.admin.editor import MARKDOWN_HELP, MarkdownInput
from releases.admin.form_fields import NormalizedTextField
from releases.admin.lists import BoundedList
from releases.admin.status import OPEN_STATUSES, format_moment
from releases.models import Boilerplate, BoilerplateText, Release, lengths


class BoilerplateForm(forms.ModelForm):
    """Form of a boilerplate's name and of its newest text."""

    heading = CleanText(required=False, max_length=lengths.SECTION_LIMITS["heading"])
    body = NormalizedTextField(
        label="Text",
        max_length=lengths.SECTION_LIMITS["body"],
        widget=MarkdownInput(attrs={"rows": 10, "cols": 90}),
        help_text=f"{MARKDOWN_HELP} A changed text becomes a new version: releases keep theirs.",
    )

    class Meta:
        model = Boilerplate
        fields = ["name", "heading", "body"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        latest = self.instance.latest() if self.instance.pk else None
        if latest:
            self.initial.update(heading=latest.heading, body=latest.body)


@admin.register(Boilerplate)
class BoilerplateAdmin(CleaningMessages, BoundedList):
    form = BoilerplateForm
    fields = ["name", "heading", "body", "versions"]
    readonly_fields = ["versions"]
    list_display = ["name", "latest"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Boilerplate, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        data = form.cleaned_data
        publishing.save_boilerplate(obj, data["heading"], data["body"], request.user)

    @admin.display(description="newest")
    def latest(self, boilerplate: Boilerplate) -> str:
        text = boilerplate.latest()
        return f"version {text.number}, {format_moment(text.at)}" if text else "–"

    @admin.display(description="versions")
    def versions(self, boilerplate: Boilerplate) -> str:
        if not boilerplate.pk:
            return "–"
        texts = boilerplate.texts.select_related("by").reverse()
        lines = ((text.number, format_moment(text.at), text.by or "the system") for text in texts)
        return format_html_join("", "<p>{}: {} by {}</p>", lines) or "–"


class BoilerplatePages(admin.ModelAdmin):
    """Release admin with a page that puts boilerplate into a draft."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.boilerplate_page)
        page = path("<int:pk>/boilerplate/", view, name="releases_release_boilerplate")
        return [page, *super().get_urls()]

    def boilerplate_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the office's boilerplate with the version in the draft; on POST, take the newest."""
        release = self.get_object(request, str(pk))
        if release is None:
            raise Http404("There is no such release.")
        if not self.has_change_permission(request, release):
            raise PermissionDenied
        if request.method == "POST":
            self._use(request, release)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Boilerplate: {release}",
            "original": release,
            "is_open": release.status in OPEN_STATUSES,
            "rows": _rows(release),
        }
        return render(request, "admin/releases/release/boilerplate.html", context)

    def _use(self, request: HttpRequest, release: Release) -> None:
        key = request.POST.get("boilerplate", "")
        chosen = get_object_or_404(Boilerplate, pk=key if key.isdecimal() and len(key) < 19 else 0)
        try:
            publishing.use_boilerplate(release, chosen, **action_context(request))
        except publishing.ActionRefusedError as refused:
            self.message_user(request, " ".join(refused.reasons), messages.ERROR)
        else:
            sentence = f"The release prints “{chosen}” in its newest version."
            self.message_user(request, sentence, messages.SUCCESS)


def newer_boilerplate(release: Release) -> str:
    """Return a note with a link for sections whose boilerplate has a newer version; "" for none."""
    if release.status not in OPEN_STATUSES:
        return ""
    outdated = [str(row["boilerplate"]) for row in _rows(release) if row["is_outdated"]]
    url = reverse("admin:releases_release_boilerplate", args=[release.pk])
    note = 'Newer version of {}: <a href="{}">take it</a>.'
    return format_html(note, ", ".join(outdated), url) if outdated else ""


def _rows(release: Release) -> list[dict[str, Any]]:
    """Return each boilerplate with its newest version and the one in the release."""
    texts = BoilerplateText.objects.filter(sections__release=release)
    used = {text.boilerplate_id: text for text in texts}
    return [
        {
            "boilerplate": each,
            "latest": latest,
            "used": used.get(each.pk),
            "is_outdated": each.pk in used and used[each.pk] != latest,
        }
        for each in Boilerplate.objects.prefetch_related("texts")
        if (latest := max(each.texts.all(), key=lambda text: text.number, default=None))
    ]
