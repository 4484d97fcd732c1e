"""Messages about characters and markup removed from typed or pasted text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from releases.content.cleaning import Finding, clean
from releases.models import lengths
from releases.models.clean_fields import CleanMixin


class CleanText(forms.CharField):
    """Field for a reason or note, which cleans the text and keeps the findings."""

    findings: tuple[Finding, ...] = ()

    default_error_messages = {
        "max_length": "Use at most %(limit_value)s characters. This has %(show_value)s."
    }

    def __init__(self, *args: Any, max_length: int = lengths.REASON, **kwargs: Any) -> None:
        super().__init__(*args, max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the cleaned text, "" if nothing is left."""
        cleaned = clean(super().to_python(value) or "", is_one_line=False)
        self.findings = cleaned.findings
        return str(cleaned.text.strip())


class CleaningMessages(admin.ModelAdmin):
    """Admin that reports the characters and markup removed from its fields."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        rows = (row for formset in formsets for row in formset.forms)
        self.name_cleaned(request, form, *rows)

    def name_cleaned(self, request: HttpRequest, *sent: forms.BaseForm) -> None:
        """Report the findings of these forms, each sentence once."""
        for sentence in dict.fromkeys(_sentences(sent)):
            self.message_user(request, sentence, messages.WARNING)


def _sentences(sent: Iterable[forms.BaseForm]) -> Iterator[str]:
    for form in sent:
        for name, findings in _findings(form):
            yield from (f"{name}: {finding.message}" for finding in findings)


def _findings(form: forms.BaseForm) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield the label and the findings of each field."""
    for name, field in form.fields.items():
        if isinstance(field, CleanText):
            yield str(field.label or name.replace("_", " ").capitalize()), field.findings
    if isinstance(form, forms.ModelForm):
        for column in form._meta.model._meta.concrete_fields:
            if isinstance(column, CleanMixin) and column.name in form.changed_data:
                found = column.cleaned(form.cleaned_data.get(column.name)).findings
                yield str(column.verbose_name).capitalize(), found
