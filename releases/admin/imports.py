"""Import pages of the admin: upload, and edit one parsed release. Saves drafts only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm, Fieldset
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_protect

from pressroom.infra.accounts import interrupted_files
from releases.admin import import_warnings
from releases.admin.action_pages import action_context
from releases.admin.import_forms import (
    STORAGE_UNREACHABLE,
    EditForm,
    ImportForm,
    SourceForm,
    apply_edits,
    name_and_bytes,
    section_forms,
)
from releases.admin.import_runs import ImportRunPages
from releases.importing import posted
from releases.importing.decoding import InputFile
from releases.importing.posted import UploadTooLargeError
from releases.importing.records import Record, RejectedRecord
from releases.importing.report import Outcome
from releases.media import quotas
from releases.models import Release
from releases.publishing import import_runs

Page = Callable[["ImportAdmin", HttpRequest], HttpResponseBase]

MAX_REQUEST_BYTES = posted.MAX_UPLOAD_BYTES + 1_000_000  # files and multipart overhead


def _measured(page: Page) -> Page:
    """Check the person's permissions and the size of the request, then its CSRF token."""

    def measured(self: ImportAdmin, request: HttpRequest) -> HttpResponseBase:
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        if refusal := _size_error(request):
            return self._show_upload(request, ImportForm(), refusal, status=413)
        return csrf_protect(partial(page, self))(request)

    return measured


class ImportAdmin(ImportRunPages):
    """Pages to upload, and to edit one parsed release."""

    @_measured
    def upload_page(self, request: HttpRequest) -> HttpResponse:
        """Show the upload form; on POST, show a single text for editing or queue a rehearsal."""
        if request.method != "POST":
            return self._show_upload(request, ImportForm())
        interrupted_files.rejoin(request)
        form = ImportForm(request.POST, request.FILES, sender=_user(request))
        is_valid = form.is_valid()
        if is_valid and import_runs.find(_user(request), form.key()):
            return self._to_run(form)
        try:
            quotas.consume(_user(request), form.byte_size())
        except quotas.QuotaExceededError as refusal:
            return self._show_upload(request, form, str(refusal))
        if not is_valid:
            return self._show_again(request, form)
        return self._process(request, form, form.sent())

    def _process(
        self, request: HttpRequest, form: ImportForm, files: Sequence[InputFile]
    ) -> HttpResponse:
        try:
            posted.check_size(files)
            if posted.is_one_text(files):
                return self._process_single_text(request, form, posted.read(files)[0])
        except UploadTooLargeError as refusal:
            return self._show_again(request, form, str(refusal))
        return self._queue(request, form)

    def _process_single_text(
        self, request: HttpRequest, form: ImportForm, found: Record | RejectedRecord
    ) -> HttpResponse:
        if isinstance(found, RejectedRecord):
            return self._show_again(request, form, f"{found.name}: {found.reason}")
        if known := posted.find_imported(found):
            return self._show_again(request, form, _already_imported(known))
        if not posted.fits_in_form(found):
            return self._queue(request, form)
        return self._show_edit(request, found, EditForm(found), section_forms(found))

    @_measured
    def draft_page(self, request: HttpRequest) -> HttpResponse:
        """Store the edited release as a draft."""
        source_form = SourceForm(request.POST)
        if not source_form.is_valid():
            return self._show_upload(
                request, ImportForm(), "Paste the text or choose the file again."
            )
        record = source_form.cleaned_data["record"]
        form, sections = EditForm(record, request.POST), section_forms(record, request.POST)
        if not (form.is_valid() and sections.is_valid()):
            return self._show_edit(request, record, form, sections)
        whole = apply_edits(record, form, sections)
        outcome = posted.store_edited(whole, form.resolved_warnings(), **action_context(request))
        if outcome.release is None:
            form.add_error(None, outcome.warnings[0].message)
            return self._show_edit(request, record, form, sections)
        self._show_outcome(request, outcome, outcome.release)
        return redirect("admin:releases_release_change", outcome.release.pk)

    def _show_outcome(self, request: HttpRequest, outcome: Outcome, release: Release) -> None:
        if outcome.outcome == "unchanged":
            self.message_user(request, _already_imported(release), messages.WARNING)
            return
        LogEntry.objects.log_actions(
            _user(request).pk, [release], ADDITION, change_message="Imported in the admin."
        )
        self.message_user(request, f"“{release}” is saved as a draft.", messages.SUCCESS)

    def _queue(self, request: HttpRequest, form: ImportForm) -> HttpResponse:
        """Queue the rehearsal, once for each form, and redirect to its page."""
        files = [name_and_bytes(file) for file in form.sent()]
        origin = action_context(request)["origin"]
        try:
            import_runs.begin(_user(request), form.key(), files, origin, timezone.now())
        except OSError:
            return self._show_upload(request, form, STORAGE_UNREACHABLE)
        return self._to_run(form)

    def _to_run(self, form: ImportForm) -> HttpResponse:
        return redirect("admin:releases_release_import_run", form.key())

    def _show_again(
        self, request: HttpRequest, form: ImportForm, refusal: str = ""
    ) -> HttpResponse:
        """Show the page again with the same text and files."""
        form.carry_over()
        return self._show_upload(request, form, refusal)

    def _show_upload(
        self, request: HttpRequest, form: ImportForm, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        names = ["text", "upload", *(["left_out"] if form.is_keeping else [])]
        fieldsets = _fieldsets(self, form, "", names)
        return self._page(
            request,
            "upload",
            status,
            form=form,
            fieldsets=fieldsets,
            refusal=refusal,
            runs=import_runs.recent(_user(request)),
        )

    def _show_edit(
        self, request: HttpRequest, record: Record, form: EditForm, sections: forms.BaseFormSet
    ) -> HttpResponse:
        above = import_warnings.other_warning_field(form.FIELDS, form.import_warnings)
        fieldsets = _fieldsets(self, form, "Import warnings", above) if above else []
        fieldsets += _fieldsets(
            self,
            form,
            "Text",
            import_warnings.with_warning_fields(form.FIELDS, form.import_warnings),
        )
        for number, section in enumerate(sections, start=1):
            fieldsets += _fieldsets(self, section, f"Section {number}", list(section.fields))
        return self._page(
            request,
            "edit",
            form=form,
            sections=sections,
            fieldsets=fieldsets,
            carried=SourceForm.for_record(record),
            source=record.source,
        )


def _size_error(request: HttpRequest) -> str:
    """Return why the request is too large to read; "" if it is not."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_REQUEST_BYTES:
        megabytes = posted.MAX_UPLOAD_BYTES // 1_000_000
        return f"The files are larger than {megabytes} MB: {posted.USE_COMMAND_HINT}."
    try:
        request.POST  # noqa: B018 - reads the request
    except RequestDataTooBig:
        return "The text is larger than 2.5 MB. Upload it as a file instead."
    except TooManyFilesSent:
        return f"There are more than {posted.MAX_FILES} files: {posted.USE_COMMAND_HINT}."
    except TooManyFieldsSent:
        return "The form has too many fields. Upload the text as a file instead."
    return ""


def _already_imported(release: Release) -> str:
    address = reverse("admin:releases_release_change", args=[release.pk])
    words = 'Already imported: <a href="{}">{}</a>. Nothing was changed.'
    return format_html(words, address, str(release) or "a draft without a title")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin requires sign-in
    return request.user


def _fieldsets(
    model_admin: admin.ModelAdmin, form: Any, name: str, fields: Sequence[str]
) -> list[Fieldset]:
    """Return the fields in the admin's layout."""
    layout = [(name or None, {"fields": list(fields)})]
    return list(AdminForm(form, layout, {}, model_admin=model_admin))
