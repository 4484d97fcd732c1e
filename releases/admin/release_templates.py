"""Admin for release templates, and the page that starts a release from one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.db.models import ManyToManyField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.cleaning_messages import CleaningMessages
from releases.admin.editor import MarkdownInput
from releases.admin.form_fields import TEXT_FIELD_OVERRIDES, KeysWidget
from releases.admin.lists import BoundedList
from releases.admin.working_copies import WorkingCopies, create_once
from releases.models import ReleaseTemplate, TemplateSection, lengths
from releases.publishing import drafts

COPIED_TEXTS = ("title", "subtitle", "dateline", "body")


class TemplateSectionForm(forms.ModelForm):
    class Meta:
        model = TemplateSection
        fields = ["position", "kind", "heading", "body"]
        widgets = {"body": MarkdownInput(attrs={"rows": 8, "cols": 90})}


class TemplateSectionInline(admin.StackedInline):
    model = TemplateSection
    form = TemplateSectionForm
    extra = 0
    formfield_overrides = TEXT_FIELD_OVERRIDES


class TemplateForm(forms.ModelForm):
    class Meta:
        model = ReleaseTemplate
        fields = [
            *("name", "title", "subtitle", "dateline", "body", "end_mark", "language"),
            *("topics", "contact", "boilerplate"),
        ]
        widgets = {
            "title": forms.TextInput(attrs={"size": 80}),
            "subtitle": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "dateline": forms.TextInput(attrs={"size": 40}),
            "body": MarkdownInput(attrs={"rows": 12, "cols": 90}),
        }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, most in lengths.RELEASE_LIMITS.items():
            if name in COPIED_TEXTS:
                self.fields[name].validators.append(MaxLengthValidator(most))


@admin.register(ReleaseTemplate)
class ReleaseTemplateAdmin(CleaningMessages, BoundedList):
    form = TemplateForm
    inlines = [TemplateSectionInline]
    list_display = ["name", "title", "language"]
    search_fields = ["name", "title"]
    autocomplete_fields = ["topics"]
    formfield_overrides = TEXT_FIELD_OVERRIDES
    list_select_related = ["contact", "boilerplate"]

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["widget"] = KeysWidget(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class StartPages(WorkingCopies):
    """Release admin with a page that starts a release from a template."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.start_page)
        return [path("start/", view, name="releases_release_start"), *super().get_urls()]

    def start_page(self, request: HttpRequest) -> HttpResponse:
        """List the templates; on POST, create a draft from the chosen one and open it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return (
                self._add_standard(request) if "standard" in request.POST else self._start(request)
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Start from a template",
            "form_token": drafts.new_token(),
            "templates": ReleaseTemplate.objects.prefetch_related("sections", "topics"),
        }
        return render(request, "admin/releases/release/start.html", context)

    def _add_standard(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("releases.add_releasetemplate"):
            raise PermissionDenied
        publishing.add_standard_templates()
        return HttpResponseRedirect(request.path)

    def _start(self, request: HttpRequest) -> HttpResponse:
        key = request.POST.get("template", "")
        chosen = get_object_or_404(
            ReleaseTemplate, pk=key if key.isdecimal() and len(key) < 19 else 0
        )
        context = action_context(request)
        try:
            draft = create_once(request, lambda: publishing.create_from_template(chosen, **context))
        except drafts.AlreadySentError as sent:
            return self.response_sent_before(request, sent.release)
        except publishing.ActionRefusedError as refused:
            self.message_user(request, " ".join(refused.reasons), messages.ERROR)
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(reverse("admin:releases_release_change", args=[draft.pk]))
