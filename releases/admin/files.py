"""Uploads in a release's form, checked when the form is validated, and documents."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html

from pressroom.infra.storage.errors import StorageUnreachableError
from releases import publishing
from releases.media import intake, pending_uploads, quotas
from releases.media.attachments import attach_document
from releases.media.intake import PreparedUpload
from releases.media.pending_uploads import UploadExpiredError
from releases.media.sandbox import UnusableFileError
from releases.models import Attachment, AuditEntry, Release
from releases.models.files import ORIGINAL, ReleaseFile

logger = logging.getLogger(__name__)

SIZE_LIMIT = f"Up to {intake.MAX_BYTES // 1_000_000} MB"
FILE_KEPT = "“{}” is still attached. You don’t need to choose it again. Another file replaces it."
STORAGE_UNREACHABLE = (
    "The file you chose earlier is unavailable right now. Save again in a few minutes."
)


class UploadForm(forms.ModelForm):
    """Form of a file: `upload` adds or replaces it, `handle` names a pending upload.

    A pending upload came with an earlier POST of the same form, whose other fields were invalid.
    """

    prepared: PreparedUpload | None = None
    # FileInline sets these for each request; `attempts` are its prepared uploads, by field name.
    sender: User
    owner: str
    attempts: dict[str, PreparedUpload]

    handle = forms.CharField(label="File", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["upload"].label = "Replace the file"
        if self.instance.pk or self.sent_handle:
            self.fields["upload"].required = False

    @property
    def sent_handle(self) -> str:
        """Return the handle sent with the form; "" for none."""
        return self.data.get(self.add_prefix("handle"), "") if self.is_bound else ""

    def take(self, upload: UploadedFile) -> PreparedUpload:
        """Check and clean the file. Raises UnusableFileError."""
        raise NotImplementedError

    def clean_upload(self) -> UploadedFile | None:
        # Checked here rather than on save, so that a refusal is shown next to the field.
        upload = self.cleaned_data.get("upload")
        try:
            self.prepared = self._prepare(upload)
        except (quotas.QuotaExceededError, UnusableFileError, UploadExpiredError) as refusal:
            raise forms.ValidationError(str(refusal)) from None
        except StorageUnreachableError:
            raise forms.ValidationError(STORAGE_UNREACHABLE) from None
        return upload

    def _prepare(self, upload: UploadedFile | None) -> PreparedUpload | None:
        """Return the file chosen now or earlier, prepared once for each request."""
        name = self.add_prefix("upload")
        if upload:
            quotas.consume(self.sender, upload.size or 0)
        if name in self.attempts:
            return self.attempts[name]
        if upload:
            self.attempts[name] = self.take(upload)
        elif self.sent_handle:
            self.attempts[name] = pending_uploads.fetch(self.sent_handle, self.owner)
        return self.attempts.get(name)

    def carry_over(self) -> None:
        """Store the file so that the form, shown again, still has it."""
        # Browsers do not resend a chosen file.
        if self.prepared is None:
            return
        name = self.add_prefix("handle")
        try:
            is_new = self.add_prefix("upload") in self.files
            handle = (
                pending_uploads.store(self.prepared, self.owner) if is_new else self.sent_handle
            )
        except OSError as error:
            logger.error("Could not store a pending upload: %s", error)
            return
        self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        self.data[name] = handle  # type: ignore[index]
        self["upload"].help_text = FILE_KEPT.format(self.prepared.name)


class AttachmentForm(UploadForm):
    """Form of a PDF and its public title."""

    upload = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text=f"PDF. {SIZE_LIMIT}. Its text is searchable.",
    )

    class Meta:
        model = Attachment
        fields = ["upload", "handle", "title", "position"]
        widgets = {"title": forms.TextInput(attrs={"size": 60})}

    def take(self, upload: UploadedFile) -> PreparedUpload:
        return intake.prepare_pdf(upload)

    def save(self, commit: bool = True) -> Attachment:
        return attach_document(self.instance, self.prepared) if commit else self.instance


class FileInline(admin.StackedInline):
    """Inline of files, with the permissions of the release's admin."""

    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return a formset whose forms know the sender, the release and the prepared uploads."""
        attempts = request.__dict__.setdefault("prepared_uploads", {})
        known = {
            "sender": request.user,
            "owner": owner_of_uploads(request.user, self.model, obj),
            "attempts": attempts,
        }
        form = type(self.form.__name__, (self.form,), known)
        return super().get_formset(request, obj, form=form, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._release_admin().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_change(request, obj)

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        may = may_change_files(request.user, obj)
        return may and self._release_admin().has_change_permission(request, obj)

    def _release_admin(self) -> admin.ModelAdmin:
        return self.admin_site.get_model_admin(Release)


class AttachmentInline(FileInline):
    model = Attachment
    form = AttachmentForm
    fields = ["file_links", *AttachmentForm.Meta.fields]
    readonly_fields = ["file_links"]

    @admin.display(description="file")
    def file_links(self, attachment: Attachment) -> str:
        """Link the original and the public copy, with the number of searchable words."""
        if not attachment.pk:
            return "–"
        words = len(attachment.text.split())
        return links(attachment, f"{attachment.pages} pages, {words:,} searchable words")


def owner_of_uploads(person: Any, model: type[Model], release: Release | None) -> str:
    """Return for whom, and for which rows of which form, an upload is kept."""
    return f"person {person.pk}, {model.__name__} of release {release.pk if release else 0}"


def may_change_files(person: Any, release: Release | None) -> bool:
    """Return whether the person may change the files of a release that they may edit."""
    # A proposal cannot contain files, so only publishers change those of a public release.
    is_public = release is not None and release.status == Release.Status.APPROVED
    return not is_public or publishing.may(person, AuditEntry.Action.CORRECTED)


def carry_over_uploads(formsets: Iterable[Any]) -> None:
    """Store the files sent with a form that is shown again."""
    for form in (form for formset in formsets for form in formset.forms):
        if isinstance(form, UploadForm):
            form.carry_over()


def links(row: ReleaseFile, facts: str) -> str:
    """Return links to the original, for staff only, and to the public copy."""
    return format_html(
        '<a href="{}">{}</a> (original, staff only), {}, <a href="{}">public copy</a>',
        row.address(ORIGINAL),
        row.original_name,
        facts,
        row.address(row.stored()[0].name),
    )
