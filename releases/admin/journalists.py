"""Admin for journalists and press lists, with import and export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.cleaning_messages import CleaningMessages
from releases.admin.lists import BoundedList
from releases.models import AuditEntry, Journalist, PressTag

MAX_FILE = 4 * 1024 * 1024  # bytes
TOO_LARGE = "The file is larger than 4 MB. Split it."


class JournalistForm(forms.ModelForm):
    language = forms.ChoiceField(choices=settings.LANGUAGES)

    class Meta:
        model = Journalist
        fields = [
            *("name", "outlet", "beat", "language", "address"),
            *("consent_on", "consent_how", "tags"),
        ]
        labels = {"consent_on": "Agreed on", "consent_how": "How they agreed"}
        widgets = {"tags": forms.CheckboxSelectMultiple}

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()


class ImportForm(forms.Form):
    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(TOO_LARGE)
        return file


@admin.register(PressTag)
class PressTagAdmin(CleaningMessages, BoundedList):
    list_display = ["name", "size"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PressTag]:
        return super().get_queryset(request).annotate(people=Count("journalists"))

    @admin.display(description="journalists")
    def size(self, tag: PressTag) -> int:
        return int(tag.people)  # type: ignore[attr-defined]


class StopFilter(admin.ChoicesFieldListFilter):
    """Why nothing is mailed, under a title that reads well after “By”."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "reason for no mail"


@admin.register(Journalist)
class JournalistAdmin(CleaningMessages, BoundedList):
    form = JournalistForm
    change_list_template = "admin/releases/journalist/change_list.html"
    list_display = ["name", "outlet", "beat", "address", "lists", "state"]
    list_filter = ["tags", ("stopped_why", StopFilter), "language"]
    search_fields = ["name", "outlet", "beat", "address"]
    readonly_fields = ["state"]
    actions = ["clear"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Journalist]:
        return super().get_queryset(request).prefetch_related("tags")

    @admin.display(description="press lists")
    def lists(self, person: Journalist) -> str:
        return ", ".join(tag.name for tag in person.tags.all())

    @admin.display(description="mail")
    def state(self, person: Journalist) -> str:
        return f"Not mailed: {person.objection()}" if person.objection() else "Mailed"

    @admin.action(description="Mail again after a bounce or complaint", permissions=["change"])
    def clear(self, request: HttpRequest, chosen: QuerySet[Journalist]) -> None:
        """Allow mail to the selected journalists again."""
        for person in chosen:
            try:
                publishing.clear_journalist(person, **action_context(request))
            except publishing.ActionRefusedError as refused:
                self.message_user(request, str(refused), messages.WARNING)
            else:
                self.message_user(request, f"{person} gets mail again.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view, export = self.admin_site.admin_view, require_POST(self.export_file)
        return [
            path("import/", view(self.import_file), name="releases_journalist_import"),
            path("export/", view(export), name="releases_journalist_export"),
            *super().get_urls(),
        ]

    def import_file(self, request: HttpRequest) -> HttpResponse:
        """Import a CSV file, and name the rows that were refused."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data["file"].read()
            try:
                context["done"] = publishing.import_press_list(data, **action_context(request))
            except publishing.ActionRefusedError as refused:
                context["reasons"] = refused.reasons
        may = self.may_export(request)
        context |= {"title": "Import journalists", "opts": self.opts, "may_export": may}
        page = "admin/releases/journalist/import.html"
        return render(request, page, {**self.admin_site.each_context(request), **context})

    def export_file(self, request: HttpRequest) -> HttpResponse:
        """Send all journalists as a CSV file."""
        if not self.may_export(request):
            raise PermissionDenied
        people = Journalist.objects.prefetch_related("tags")
        text = publishing.export_press_list(people, **action_context(request))
        # With a mark, by which Excel reads UTF-8.
        response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="journalists.csv"'
        response["Cache-Control"] = "no-store"
        return response

    def may_export(self, request: HttpRequest) -> bool:
        person: Any = request.user
        return publishing.may(person, AuditEntry.Action.PRESS_LIST_EXPORTED)
