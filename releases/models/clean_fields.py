"""Text fields that clean what they store, whether from a form, an import, a fixture or
bulk_create."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import models

from releases.content.cleaning import CleanedText, clean, clean_json


class CleanMixin(models.Field):
    """Field mixin that cleans text in `to_python` and `get_prep_value`.

    `is_markdown` keeps entities and tags; `is_one_line` turns line ends into spaces; `is_on_record`
    leaves cleaning to the action that writes the text (`clean_values`).
    """

    def __init__(
        self,
        *args: Any,
        is_markdown: bool = False,
        is_one_line: bool = False,
        is_on_record: bool = False,
        **kwargs: Any,
    ) -> None:
        self.is_markdown, self.is_one_line = is_markdown, is_one_line
        self.is_on_record = is_on_record
        self._last_clean: Any = None
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Deconstruct as the plain Django field."""
        # Migrations must not depend on this class.
        name, _, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs

    def cleaned(self, value: Any) -> CleanedText:
        """Return the value as this field stores it, with findings about what was removed."""
        if not isinstance(value, str):
            return CleanedText(value)
        return clean(value, is_markdown=self.is_markdown, is_one_line=self.is_one_line)

    def to_python(self, value: Any) -> Any:
        return self._clean(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return self._clean(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        # The instance must match the row: its next version is built from the instance.
        before = super().pre_save(model_instance, add)
        value = self._clean(before)
        if value is not before:
            setattr(model_instance, self.attname, value)
        return value

    def _clean(self, value: Any) -> Any:
        # What is on record must restore, and hash, exactly as it was written.
        if self.is_on_record or value == "":
            return value
        # Django asks three times for each text that it stores. A text cannot change, a list can.
        if value is not self._last_clean or not isinstance(value, str):
            self._last_clean = value = self.cleaned(value).text
        return value


class CleanTextField(CleanMixin, models.TextField):
    """Text of any length."""


class CleanCharField(CleanMixin, models.CharField):
    """A single line."""

    def __init__(self, *args: Any, is_one_line: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, is_one_line=is_one_line, **kwargs)


class CleanLineField(CleanTextField):
    """A single line of any length."""

    def __init__(self, *args: Any, is_one_line: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, is_one_line=is_one_line, **kwargs)


class CleanJSONField(CleanMixin, models.JSONField):
    """JSON whose strings are Markdown."""

    def cleaned(self, value: Any) -> CleanedText:
        # Database expressions pass through unchanged.
        return clean_json(value) if isinstance(value, str | list | dict) else CleanedText(value)


@cache
def clean_fields(model: type[models.Model]) -> Mapping[str, CleanMixin]:
    """Return the model's fields that clean their text, by name."""
    fields = model._meta.concrete_fields
    return {field.name: field for field in fields if isinstance(field, CleanMixin)}


def clean_values(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, by field name, as their fields would store them."""
    fields = clean_fields(model)
    return {
        name: fields[name].cleaned(value).text if name in fields else value
        for name, value in values.items()
    }
