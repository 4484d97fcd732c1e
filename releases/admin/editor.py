"""Editor of Markdown texts: its text field, and the pages that its scripts ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from pressroom.infra.http import throttling
from releases.content import markup
from releases.parsing import pasted

MAX_CHARACTERS = 200_000
MAX_PASTED_LINES = 5_000  # 0.2 s
MAX_WEIGHT = 500_000  # microseconds to render
MARKDOWN_HELP = (
    "Paragraphs, **bold**, *italic*, [links](https://…), lists, > quotes and tables, as Markdown."
)
TOO_LONG = "The text is too long."


class MarkdownInput(forms.Textarea):
    """Text area in whose place scripts put the editor; without them it works as it is."""

    class Media:
        css = {"all": ["vendor/editor/prosemirror.css", "css/admin/editor.css"]}
        # Asynchronous: the page's smaller scripts do not wait for it.
        js = [forms.Script("js/editor/editor.js", **{"type": "module", "async": True})]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= editor_attributes()
        return context


def editor_attributes() -> dict[str, str]:
    """Return what tells the scripts to put the editor in, and which pages to ask."""
    page = "admin:releases_release_editor"
    return {
        "data-editor": "",
        "data-preview": reverse(f"{page}_preview"),
        "data-paste": reverse(f"{page}_paste"),
    }


class EditorPages(admin.ModelAdmin):
    """Release admin that renders a typed text and reads a pasted one; nothing is saved."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        prefix = "releases_release_editor"
        preview = throttling.cost(1)(require_POST(self.preview_text))
        paste = throttling.cost(1)(require_POST(self.read_pasted))
        pages = [
            path("editor/preview/", self.admin_site.admin_view(preview), name=f"{prefix}_preview"),
            path("editor/paste/", self.admin_site.admin_view(paste), name=f"{prefix}_paste"),
        ]
        return [*pages, *super().get_urls()]

    def preview_text(self, request: HttpRequest) -> HttpResponse:
        """Return the typed text as the site renders it."""
        text = self._posted_text(request)
        if text is None or markup.weight(text) > MAX_WEIGHT:
            return HttpResponse(TOO_LONG, status=413)
        # Without ids: the page has those of other texts.
        return HttpResponse(markup.to_html(text, numbers=()))

    def read_pasted(self, request: HttpRequest) -> HttpResponse:
        """Return pasted plain text as Markdown, by the rules of the import, as JSON."""
        text = self._posted_text(request)
        if text is None or text.count("\n") > MAX_PASTED_LINES:
            return JsonResponse({"reason": TOO_LONG}, status=413)
        read = pasted.read_plain_text(text)
        return JsonResponse({"markdown": read.markdown, "notes": list(read.notes)})

    def _posted_text(self, request: HttpRequest) -> str | None:
        """Return the posted text; None if it is too long. Raises PermissionDenied."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        try:
            text = request.POST.get("text", "")
        except RequestDataTooBig:
            return None
        return text if len(text) <= MAX_CHARACTERS else None
