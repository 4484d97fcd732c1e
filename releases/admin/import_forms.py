"""Import forms: a text or files to upload, then one parsed release to edit."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile

from releases.admin.form_fields import (
    END_MARK_HELP,
    END_MARK_LABEL,
    LANGUAGE_HELP,
    NormalizedTextField,
)
from releases.admin.import_warnings import ImportWarningsForm
from releases.importing import decoding, formats, posted
from releases.importing.decoding import InputFile, UnreadableFileError
from releases.importing.fields import LANGUAGE
from releases.importing.records import Record
from releases.media import pending_uploads
from releases.models import Release, Section
from releases.parsing.parser import ParsedSection
from releases.publishing import drafts

logger = logging.getLogger(__name__)

FILES_KEPT = "{} still attached. Choose other files to replace {}."
STORAGE_UNREACHABLE = (
    "The files you chose earlier are unavailable right now. Try again in a few minutes."
)
PASTED_NAME = "pasted text"  # source name of a text without a file

UPLOAD_LIMITS = (
    f"Up to {posted.MAX_FILES} files, {posted.MAX_RELEASES:,} releases and "
    f"{posted.MAX_UPLOAD_BYTES // 1_000_000} MB at a time: text, JSON Lines, CSV, "
    "spreadsheets, Word, OpenDocument, RTF, PDF, mail, web pages, feeds and zip archives."
)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, empty ones included: the importer refuses those by name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=FilesInput, allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(each, initial) for each in data or ()]


class ImportForm(forms.Form):
    """Form for a text or files."""

    text = NormalizedTextField(
        label="Text of a release",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 90}),
        help_text="Paste the whole release, from the title to the closing mark.",
    )
    upload = FilesField(label="Or files", required=False, help_text=UPLOAD_LIMITS)
    left_out = forms.BooleanField(label="Remove the attached files", required=False)
    handle = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, sender: User | None = None) -> None:
        self.token = drafts.token_in(data or {}) or drafts.new_token()
        super().__init__(data, files)
        self.owner = f"person {sender.pk}, import" if sender else ""
        self.chosen: list[InputFile] = []
        self.is_keeping = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.chosen = self._uploaded() or self._kept_files()
        if bool(cleaned.get("text", "").strip()) == bool(self.chosen) and not self.errors:
            raise forms.ValidationError("Either paste a text or choose files.")
        return cleaned

    def sent(self) -> list[InputFile]:
        """Return the sources to read. The form must be valid."""
        return self.chosen or [InputFile(PASTED_NAME, self.cleaned_data["text"].encode())]

    def key(self) -> str:
        """Return a digest of the form's token and sources. The form must be valid."""
        # With the sources in it, going back and sending other files starts another import.
        digest = hashlib.sha256(self.token.encode())
        for name, content in map(name_and_bytes, self.sent()):
            digest.update(b"%d %d " % (len(name.encode()), len(content)))
            digest.update(name.encode() + content)
        return digest.hexdigest()[:32]

    def byte_size(self) -> int:
        """Return the size of the files sent with this POST. The form must be validated."""
        return sum(file.size or 0 for file in self.cleaned_data.get("upload") or ())

    def carry_over(self) -> None:
        """Store the files so that the form, shown again, still has them."""
        # Browsers do not resend chosen files.
        if not self.chosen:
            return
        handle = self.data.get("handle", "")
        if self.cleaned_data.get("upload"):
            try:
                handle = pending_uploads.store_raw(
                    [name_and_bytes(file) for file in self.chosen], self.owner
                )
            except OSError as error:
                logger.error("Could not store the pending files of an import: %s", error)
                return
        self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        self.data["handle"] = handle  # type: ignore[index]
        self.is_keeping = True
        names = ", ".join(file.name for file in self.chosen)
        self["upload"].help_text = FILES_KEPT.format(
            names, "them" if len(self.chosen) > 1 else "it"
        )

    def _uploaded(self) -> list[InputFile]:
        uploaded: list[UploadedFile] = self.cleaned_data.get("upload") or []
        return [InputFile(file.name or "unnamed", file.read()) for file in uploaded]

    def _kept_files(self) -> list[InputFile]:
        """Return the files stored from an earlier POST of the form."""
        handle = self.cleaned_data.get("handle")
        if not handle or self.cleaned_data.get("left_out"):
            return []
        try:
            return [InputFile(*each) for each in pending_uploads.fetch_raw(handle, self.owner)]
        except pending_uploads.UploadExpiredError as gone:
            self.add_error("upload", str(gone))
        except OSError:
            self.add_error("upload", STORAGE_UNREACHABLE)
        return []


def name_and_bytes(file: InputFile) -> tuple[str, bytes]:
    """Return what an upload or a pasted text is stored as."""
    assert isinstance(file.content, bytes)  # read from an upload or pasted text
    return file.name, file.content


class SourceForm(forms.Form):
    """Exact bytes of the source of the release being edited, carried in hidden fields."""

    name = forms.CharField(max_length=255, widget=forms.HiddenInput)
    source = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def for_record(cls, record: Record) -> SourceForm:
        source = base64.b64encode(record.source.data).decode()
        return cls(initial={"name": record.source.name, "source": source})

    def clean(self) -> dict[str, Any]:
        """Parse the source again into `record`."""
        # No other field proves what the source contained: a browser may send anything.
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                data = base64.b64decode(cleaned["source"], validate=True)
                cleaned["record"] = formats.text.build_record(
                    decoding.decode(data, cleaned["name"])
                )
            except (binascii.Error, ValueError, UnreadableFileError) as error:
                raise forms.ValidationError("The source arrived damaged.") from error
        return cleaned


class EditForm(ImportWarningsForm, forms.Form):
    """Form of one parsed release and its import warnings."""

    title = NormalizedTextField(
        required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": 80})
    )
    subtitle = NormalizedTextField(
        required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": 80})
    )
    date = forms.DateField(
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="The date printed on the release.",
    )
    dateline = NormalizedTextField(required=False, widget=forms.TextInput(attrs={"size": 40}))
    contact = NormalizedTextField(
        required=False, widget=forms.Textarea(attrs={"rows": 3, "cols": 80})
    )
    body = NormalizedTextField(
        required=False, widget=forms.Textarea(attrs={"rows": 24, "cols": 90})
    )
    end_mark = forms.CharField(
        label=END_MARK_LABEL, required=False, max_length=40, help_text=END_MARK_HELP
    )
    language = forms.RegexField(
        rf"\A{LANGUAGE.pattern}\Z",
        required=False,
        max_length=35,
        help_text=LANGUAGE_HELP,
        error_messages={"invalid": "Enter a language code, for example en or es."},
    )

    FIELDS = Release.PRINTED_FIELDS

    def __init__(self, record: Record, data: Mapping[str, Any] | None = None) -> None:
        initial = {name: getattr(record.parsed, name) for name in self.FIELDS}
        super().__init__(data, initial=initial)
        self.add_warning_fields(posted.warnings_for(record))


class SectionForm(forms.Form):
    """Form of one parsed section."""

    kind = forms.ChoiceField(choices=Section.Kind.choices)
    heading = NormalizedTextField(required=False, widget=forms.TextInput(attrs={"size": 60}))
    body = NormalizedTextField(widget=forms.Textarea(attrs={"rows": 6, "cols": 90}))
    after_end = forms.BooleanField(label="Printed below the closing mark", required=False)


SectionForms = forms.formset_factory(SectionForm, extra=0, can_delete=True)


def section_forms(record: Record, data: Mapping[str, Any] | None = None) -> forms.BaseFormSet:
    initial = [vars(section) for section in record.parsed.sections]
    return SectionForms(data, initial=initial, prefix="sections")


def apply_edits(record: Record, form: EditForm, sections: forms.BaseFormSet) -> Record:
    """Return the record with the values of the forms, which must be valid."""
    fields = {name: form.cleaned_data[name] for name in form.FIELDS}
    kept_sections = tuple(
        ParsedSection(**{name: each.cleaned_data[name] for name in each.base_fields})
        for each in sections
        if not each.cleaned_data["DELETE"]
    )
    return record.with_parsed(replace(record.parsed, **fields, sections=kept_sections))
