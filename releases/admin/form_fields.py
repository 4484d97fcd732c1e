"""Form fields and widgets for the text of a release."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Field, TextField
from django.forms import Script
from django.utils import timezone
from django.utils.dateparse import parse_datetime

LANGUAGE_HELP = "Language code, for example en or es."
END_MARK_LABEL = "Closing mark"
END_MARK_HELP = "Mark printed below the text, for example ### or -30-."

KEY_PATTERN = re.compile(r"[0-9]{1,18}")  # primary key in form data
VERSION_MISSING = (
    "Nothing was changed, because the form does not say which version of the release you saw. "
    "Open the page again."
)


def parse_expected_version(text: str) -> datetime.datetime:
    """Return the `updated_at` that a page sends back. Raises ValidationError if unreadable."""
    try:
        version = parse_datetime(text)
    except ValueError:
        version = None
    if version is None or timezone.is_naive(version):
        raise ValidationError(VERSION_MISSING)
    return version


class NormalizedTextField(forms.CharField):
    """Multi-line text with LF line ends."""

    def to_python(self, value: Any) -> str:
        # Browsers send CRLF, which would turn viewing a text into changing it.
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class TextPreservingForm(forms.ModelForm):
    """Form that keeps the stored text where stripping is its only change."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data if cleaned is None else cleaned
        for name, field in self.fields.items():
            stored = self.initial.get(name)
            is_text = isinstance(field, NormalizedTextField) and isinstance(stored, str)
            if is_text and values.get(name) == field.to_python(stored):
                values[name] = stored
        return values


# For an admin's `formfield_overrides`; widgets set in a form's Meta take precedence.
TEXT_FIELD_OVERRIDES: dict[type[Field], dict[str, Any]] = {
    TextField: {"form_class": NormalizedTextField}
}


class KeysWidget(AutocompleteSelectMultiple):
    """Autocomplete that ignores values that cannot be keys, and is accessible."""

    class Media:
        js = [Script("js/topic_label.js", type="module")]

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # The button that clears all would stand in the list of the chosen, where only items may.
        return super().build_attrs(*args, **kwargs) | {"data-allow-clear": "false"}

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        # Django's own would send any value to the database, which fails on some.
        return super().optgroups(
            name, [key for key in value if KEY_PATTERN.fullmatch(str(key))], attrs
        )


class DescribedDateInput(AdminDateWidget):
    """Admin date input that keeps its help text as the description."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        # Django 6.1 replaces the description with its note on time zones.
        context = super().get_context(name, value, attrs)
        if described := (attrs or {}).get("aria-describedby"):
            context["widget"]["attrs"]["aria-describedby"] = described
        return context
