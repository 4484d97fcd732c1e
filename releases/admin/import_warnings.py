"""Import warnings in forms, shown next to their fields until a person resolves them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone

from releases.models import Release
from releases.parsing.warnings import ParseWarning

PREFIX = "warnings_"  # starts the names of fields with warnings
ELSEWHERE = f"{PREFIX}elsewhere"  # warnings about the source, an address or the sections

# Changing one of these short fields resolves its warnings. A change somewhere in a long text may
# concern another sentence, so its warnings must be ticked.
RESOLVED_BY_CHANGE = frozenset(
    ("title", "subtitle", "date", "dateline", "contact", "end_mark", "language")
)


class ImportWarningsField(forms.MultipleChoiceField):
    """Checkboxes for the warnings about one field."""

    def __init__(self, warnings: Sequence[ParseWarning]) -> None:
        choices = [(_warning_id(warning), warning.message) for warning in warnings]
        super().__init__(
            label="To check (tick when done)",
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "import-warnings"}),
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        # `ImportWarningsAdmin.save_model` reports and logs resolved warnings itself.
        return False


class WarnedBoundField(forms.BoundField):
    """Bound field described by its help text and its warnings."""

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby or ""
        name = PREFIX + self.name
        if name in self.form.fields:
            return f"{described} {self.form[name].auto_id}".strip()
        return described


class ImportWarningsForm(forms.BaseForm):
    """Form that shows import warnings and collects the resolved ones."""

    bound_field_class = WarnedBoundField
    import_warnings: Sequence[ParseWarning] = ()

    def add_warning_fields(self, warnings: Sequence[ParseWarning]) -> None:
        """Add checkboxes for each field with warnings."""
        self.import_warnings = warnings
        for name in _field_names(warnings, self.fields):
            about = [warning for warning in warnings if _field_name(warning, self.fields) == name]
            self.fields[name] = ImportWarningsField(about)

    def resolved_warnings(self) -> list[ParseWarning]:
        """Return warnings that are ticked or whose field was changed. The form must be valid."""
        names = [name for name in self.cleaned_data if name.startswith(PREFIX)]
        ticked = {warning_id for name in names for warning_id in self.cleaned_data[name]}
        changed = RESOLVED_BY_CHANGE.intersection(self.changed_data)
        return [
            warning
            for warning in self.import_warnings
            if _warning_id(warning) in ticked or warning.field in changed
        ]


class ImportWarningsAdmin(admin.ModelAdmin):
    """Admin whose form is an ImportWarningsForm."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        # The form adds the warning fields itself; the model has no fields of these names.
        if kwargs.get("fields"):
            kwargs["fields"] = [name for name in kwargs["fields"] if not name.startswith(PREFIX)]
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Release, form: Any, change: bool) -> None:
        """Remove resolved warnings and log who resolved them."""
        # Resolving counts as staff work on the release but not as authorship of its text.
        resolved = form.resolved_warnings()
        if resolved:
            obj.resolve_warnings(resolved)
            obj.edited_by, obj.updated_at = request.user, timezone.now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
        if resolved:
            sentence = "Checked: " + " ".join(warning.message for warning in resolved)
            self.log_change(request, obj, sentence)
            self.message_user(request, sentence, messages.INFO)


def with_warning_fields(fields: Sequence[str], warnings: Sequence[ParseWarning]) -> list[str]:
    """Return the fields, each followed by the field of its warnings, if any."""
    names = _field_names(warnings, fields)
    return [each for name in fields for each in (name, PREFIX + name) if each in (name, *names)]


def other_warning_field(fields: Sequence[str], warnings: Sequence[ParseWarning]) -> list[str]:
    """Return the field for warnings about none of the fields, if there are any."""
    return [ELSEWHERE] if ELSEWHERE in _field_names(warnings, fields) else []


def _field_names(warnings: Sequence[ParseWarning], fields: Collection[str]) -> list[str]:
    return list(dict.fromkeys(_field_name(warning, fields) for warning in warnings))


def _field_name(warning: ParseWarning, fields: Collection[str]) -> str:
    return PREFIX + warning.field if warning.field in fields else ELSEWHERE


def _warning_id(warning: ParseWarning) -> str:
    """Return a key for the warning; equal warnings share one and are resolved together."""
    return hashlib.sha256(repr(warning).encode()).hexdigest()[:16]
