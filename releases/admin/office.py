"""Admin page of the office's settings, for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pressroom.infra import colors, office
from pressroom.infra.site_identity import objection_to_origin
from releases.admin.action_pages import action_context
from releases.admin.cleaning_messages import CleaningMessages
from releases.media import intake, quotas
from releases.media.intake import PreparedUpload
from releases.media.sandbox import UnusableFileError
from releases.models import Office
from releases.publishing.office import remove_seal, save_office

KEY = "1"
ALT_REQUIRED = "Describe the seal for people who cannot see it."
SAVED = "The office settings are saved. Public pages show them now."
DEFAULT_LANGUAGE = "{name} is the language of addresses without a language. It has to stay."
FOR_EMPTY = {
    "name": lambda: settings.OFFICE_NAME,
    "contact": lambda: settings.PRESS_CONTACT,
    "color": lambda: colors.DEFAULT,
    "origin": lambda: settings.SITE_ORIGIN or "as requested",
}


class OfficeForm(forms.ModelForm):
    """Form that says which setting of the environment stands for an empty field."""

    sender: User  # OfficeAdmin sets it for each request
    prepared: PreparedUpload | None = None

    upload = forms.FileField(
        label="Seal or logo",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text="JPEG, PNG, WebP or AVIF. At the top of public pages and of PDF files. If its "
        "description is the name of the office, pages show it instead of the name.",
    )
    remove = forms.BooleanField(label="Remove the seal", required=False)
    languages = forms.MultipleChoiceField(
        label="Languages of public pages",
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Pages in a language that is not ticked redirect to the default one.",
    )

    class Meta:
        model = Office
        fields = ["name", "contact", "footer", "languages", "origin", "color", "seal_alt"]
        widgets = {
            **dict.fromkeys(["name", "contact", "seal_alt"], forms.TextInput(attrs={"size": 60})),
            "origin": forms.TextInput(attrs={"size": 60, "inputmode": "url"}),
            "color": forms.TextInput(attrs={"size": 9}),
            "footer": forms.Textarea(attrs={"rows": 3, "cols": 60}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in FOR_EMPTY.items():
            if field := self.fields.get(name):
                field.widget.attrs["placeholder"] = value()
        if not self.instance.languages:
            self.initial["languages"] = [tag for tag, _ in settings.LANGUAGES]
        if not self.instance.seal_key:
            self.fields["remove"].widget = forms.HiddenInput()

    def clean_origin(self) -> str:
        origin: str = self.cleaned_data["origin"].strip().rstrip("/").lower()
        if sentence := objection_to_origin(origin):
            raise forms.ValidationError(sentence)
        return origin

    def clean_color(self) -> str:
        color: str = self.cleaned_data["color"].strip().lower()
        if color and (sentence := colors.objection_to_color(color)):
            raise forms.ValidationError(sentence)
        return color

    def clean_languages(self) -> list[str]:
        """Return the chosen tags, [] for all."""
        chosen = self.cleaned_data["languages"]
        if chosen and settings.LANGUAGE_CODE not in chosen:
            name = dict(settings.LANGUAGES)[settings.LANGUAGE_CODE]
            raise forms.ValidationError(DEFAULT_LANGUAGE.format(name=name))
        return [] if len(chosen) == len(settings.LANGUAGES) else chosen

    def clean_upload(self) -> UploadedFile | None:
        upload: UploadedFile | None = self.cleaned_data["upload"]
        if upload:
            try:
                quotas.consume(self.sender, upload.size or 0)
                self.prepared = intake.prepare_seal(upload)
            except (quotas.QuotaExceededError, UnusableFileError) as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_kept = self.instance.seal_key and not data.get("remove")
        if (self.prepared or is_kept) and not data.get("seal_alt", "-"):
            self.add_error("seal_alt", ALT_REQUIRED)
        return data


@admin.register(Office)
class OfficeAdmin(CleaningMessages):
    form = OfficeForm
    change_form_template = "admin/releases/office/change_form.html"
    fieldsets = [
        (None, {"fields": ["name", "contact", "footer"]}),
        ("Look", {"fields": ["color", "upload", "seal_alt", "remove"]}),
        ("Site", {"fields": ["languages", "origin"]}),
    ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("OfficeForm", (form,), {"sender": request.user})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirect to the only row."""
        return HttpResponseRedirect(reverse("admin:releases_office_change", args=[KEY]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        return Office.load() if object_id == KEY else None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {
            "title": "Office settings",
            "subtitle": "",
            "seal": office.current().seal,
            **dict.fromkeys(("show_save_and_continue", "show_save_and_add_another"), False),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Office, form: Any, change: bool) -> None:
        if form.cleaned_data.get("remove") and not form.prepared:
            remove_seal(obj)
        save_office(obj, form.prepared, **action_context(request))

    def response_change(self, request: HttpRequest, obj: Office) -> HttpResponse:
        self.message_user(request, SAVED, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
