"""Form fields for what is printed on a release."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Field, TextField
from django.utils import timezone
from django.utils.dateparse import parse_datetime

LANGUAGE_HELP = "Language code, for example en or es."
END_MARK_LABEL = "Closing mark"
END_MARK_HELP = "Mark printed below the text, for example ### or -30-."

KEY_PATTERN = re.compile(r"[0-9]{1,18}")  # of a row, as a form carries it
VERSION_MISSING = (
    "Nothing was changed, because the form does not say which version of the release you saw. "
    "Open the page again."
)


def parse_expected_version(text: str) -> datetime.datetime:
    """Return the `updated_at` that a page was made for, as the page sends it back.

    Raises ValidationError where it is missing or cannot be read: nothing is done unchecked.
    """
    try:
        version = parse_datetime(text)
    except ValueError:
        version = None
    if version is None or timezone.is_naive(version):
        raise ValidationError(VERSION_MISSING)
    return version


class NormalizedTextField(forms.CharField):
    """Text of any number of lines, each ending as the archive has it: browsers send CR and LF for
    every line end, which would make a change of each text that somebody only looked at."""

    def to_python(self, value: Any) -> str:
        """The text with LF line ends."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class TextPreservingForm(forms.ModelForm):
    """A form that leaves a text as it is where it would only lose blanks at its ends: whoever
    looks at it and saves has changed nothing."""

    def clean(self) -> dict[str, Any] | None:
        """Put such texts back."""
        cleaned = super().clean()
        values = self.cleaned_data if cleaned is None else cleaned
        for name, field in self.fields.items():
            kept = self.initial.get(name)
            is_text = isinstance(field, NormalizedTextField) and isinstance(kept, str)
            if is_text and values.get(name) == field.to_python(kept):
                values[name] = kept
        return values


# Of an admin; a Meta's own widgets stay as they are.
TEXT_FIELD_OVERRIDES: dict[type[Field], dict[str, Any]] = {
    TextField: {"form_class": NormalizedTextField}
}


class KeysWidget(AutocompleteSelectMultiple):
    """Rows chosen by their keys, of which Django's own asks the database whatever was sent."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """The choices, without what can be no key."""
        return super().optgroups(
            name, [key for key in value if KEY_PATTERN.fullmatch(str(key))], attrs
        )


class DescribedDateInput(AdminDateWidget):
    """The admin's date field, described by its help: Django 6.1 puts its note on time zones there
    instead."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if described := (attrs or {}).get("aria-describedby"):
            context["widget"]["attrs"]["aria-describedby"] = described
        return context
