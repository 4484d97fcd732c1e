"""Releases in the admin: write, check, approve, change on record, withdraw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Field, QuerySet, TextField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from releases import publishing
from releases.admin import doubts
from releases.admin.fields import PrintedText
from releases.admin.files import FILE_INLINES
from releases.admin.imports import ImportAdmin
from releases.models import Release, Section, Version
from releases.text.slugs import make_slug


class ReleaseForm(doubts.DoubtedForm, forms.ModelForm):
    """A release's fields, what is in doubt about them, and, once it was approved, what kind a
    change is of."""

    change_kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in (
                Version.Kind.MINOR,
                Version.Kind.CORRECTION,
                Version.Kind.UPDATE,
            )
        ],
        initial=Version.Kind.MINOR,
        required=False,
        help_text="Minor: white space and typography only. A correction or update needs a note.",
    )
    change_note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What changed and why; the public reads it.",
    )

    class Meta:
        model = Release
        fields = [
            "title",
            "subtitle",
            "slug",
            "date",
            "dateline",
            "contact",
            "body",
            "end_mark",
            "language",
            "translation_of",
            "topics",
        ]
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "subtitle": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "dateline": forms.TextInput(attrs={"size": 40}),
            "contact": forms.Textarea(attrs={"rows": 3}),
            "body": forms.Textarea(attrs={"rows": 24, "cols": 90}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.show(self.instance.doubts())

    def clean_slug(self) -> str:
        """Never empty, so that the permalink always has its decoration."""
        return self.cleaned_data["slug"] or make_slug(self.data.get("title", ""))

    def clean(self) -> dict[str, Any]:
        """A published change of substance carries a note."""
        cleaned = super().clean() or {}
        kinds = (Version.Kind.CORRECTION, Version.Kind.UPDATE)
        if cleaned.get("change_kind") in kinds and not cleaned.get("change_note", "").strip():
            self.add_error("change_note", "Say what changed and why: the public reads it.")
        return cleaned


# In both admins below; a Meta's own widgets stay as they are.
LINE_ENDS_KEPT: dict[type[Field], dict[str, Any]] = {TextField: {"form_class": PrintedText}}


class SectionInline(admin.StackedInline):
    model = Section
    extra = 0
    formfield_overrides = LINE_ENDS_KEPT


@admin.register(Release)
class ReleaseAdmin(ImportAdmin, doubts.DoubtsAdmin):
    form = ReleaseForm
    inlines = [SectionInline, *FILE_INLINES]
    formfield_overrides = LINE_ENDS_KEPT
    list_display = ["number", "title", "date", "standing", "language", "updated_at"]
    list_display_links = ["number", "title"]
    list_filter = [doubts.AttentionFilter, "status", "language", "topics"]
    search_fields = ["number", "title"]
    date_hierarchy = "date"
    ordering = ["-updated_at", "-id"]
    autocomplete_fields = ["topics", "translation_of"]
    readonly_fields = ["number", "standing", "missing", "doubts", "permalink"]
    actions = ["approve_now"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        """Without the imported source, which no list and no form prints."""
        return super().get_queryset(request).defer("source_text", "source_bytes")

    def get_fieldsets(self, request: HttpRequest, obj: Release | None = None) -> Any:
        """Where it stands, its text with the doubts beside it, and, once approved, what kind of
        change this is."""
        fields = ReleaseForm.Meta.fields
        in_doubt = obj.doubts() if obj and self.has_change_permission(request, obj) else []
        fieldsets = [("Text", {"fields": doubts.beside(fields, in_doubt)})]
        if elsewhere := doubts.elsewhere(fields, in_doubt):
            fieldsets.insert(0, ("From the import", {"fields": elsewhere}))
        if obj:
            fieldsets.insert(0, ("Where it stands", {"fields": self.standing_fields(request, obj)}))
        if obj and obj.number and obj.status != Release.Status.DRAFT:
            fieldsets.append(("This change", {"fields": ["change_kind", "change_note"]}))
        return fieldsets

    def standing_fields(self, request: HttpRequest, obj: Release) -> list[str]:
        """Who can not settle doubts reads them here."""
        reads_only = ["doubts"] if not self.has_change_permission(request, obj) else []
        return ["number", "standing", "missing", *reads_only, "permalink"]

    @admin.display(description="status", ordering="status")
    def standing(self, release: Release) -> str:
        """The status in words, with the embargo's end where there is one."""
        if release.is_embargoed():
            lifts = timezone.localtime(release.release_at)
            return f"approved, under embargo until {lifts:%A %d %B %Y, %H:%M %Z}"
        return release.get_status_display()

    @admin.display(description="before approval")
    def missing(self, release: Release) -> str:
        """What still blocks approval, a sentence each."""
        if release.status not in (Release.Status.DRAFT, Release.Status.IN_REVIEW):
            return "–"
        sentences = publishing.blockers(release) or ["Nothing is missing."]
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in sentences))

    @admin.display(description="doubts from import")
    def doubts(self, release: Release) -> str:
        """What the import could not be sure of."""
        pairs = [(doubt.field, doubt.message) for doubt in release.doubts()]
        return format_html_join("", "<p>{}: {}</p>", pairs) if pairs else "–"

    @admin.display(description="permalink")
    def permalink(self, release: Release) -> str:
        """Its public address, once it has one."""
        if not release.number or release.status in (
            Release.Status.DRAFT,
            Release.Status.IN_REVIEW,
        ):
            return "–"
        return format_html('<a href="{0}">{0}</a>', release.get_absolute_url())

    @admin.action(description="Approve and release now", permissions=["change"])
    @transaction.atomic
    def approve_now(self, request: HttpRequest, releases: QuerySet[Release]) -> None:
        """Each one that nothing blocks; the others are named with what is missing. In one
        transaction, after which the index is written once."""
        now = timezone.now()
        for release in releases:
            try:
                approved = publishing.approve(release, now, by=_user(request), at=now)
                self.message_user(request, f"{approved} is public.", messages.SUCCESS)
            except publishing.Refused as refused:
                self.message_user(request, f"“{release}”: {refused}", messages.ERROR)

    def has_delete_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """Only what never had a number goes; a published release is withdrawn instead."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and obj.number is None

    def save_model(self, request: HttpRequest, obj: Release, form: Any, change: bool) -> None:
        obj.edited_by = _user(request)
        obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The sections and topics are in now: keep what the public reads as a version."""
        super().save_related(request, form, formsets, change)
        kind = form.cleaned_data.get("change_kind") or Version.Kind.MINOR
        note = form.cleaned_data.get("change_note", "")
        publishing.record_change(form.instance, kind, note, by=_user(request))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin lets nobody else in
    return request.user
