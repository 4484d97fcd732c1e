"""Saying what was cleaned away of a text that somebody typed or pasted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from releases.models.fields import CleanCharField, CleanTextField


class NamesCleaned(admin.ModelAdmin):
    """An admin that names the characters and marks which its fields did not take."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Name them once all is saved."""
        super().save_related(request, form, formsets, change)
        rows = (row for formset in formsets for row in formset.forms)
        for sentence in dict.fromkeys(_sentences([form, *rows])):
            self.message_user(request, sentence, messages.WARNING)


def _sentences(sent: Iterable[forms.ModelForm]) -> Iterator[str]:
    for form in sent:
        for field in form._meta.model._meta.get_fields():
            value = form.cleaned_data.get(field.name) if field.name in form.changed_data else None
            if isinstance(field, CleanTextField | CleanCharField) and isinstance(value, str):
                for finding in field.cleaned(value).findings:
                    yield f"{str(field.verbose_name).capitalize()}: {finding.message}"
