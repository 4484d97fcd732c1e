"""Text columns that hold clean text, whichever road it comes on: forms, imports, fixtures,
restored archives, and rows written many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from releases.content.cleaning import CleanedText, clean, clean_json


class CleanMixin(models.Field):
    """`is_markdown` keeps entities and tags; `is_one_line` makes line ends blanks.

    A text that `is_on_record` is cleaned by the action that writes it (`clean_values`) and never
    here: restored, and read by a digest, it is what was written.
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
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """As the column that Django knows: how its text is cleaned is no matter of the database."""
        name, _, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs

    def cleaned(self, value: Any) -> CleanedText:
        """The value as this column holds it, and what was cleaned away."""
        if not isinstance(value, str):
            return CleanedText(value)
        return clean(value, is_markdown=self.is_markdown, is_one_line=self.is_one_line)

    def to_python(self, value: Any) -> Any:
        return self._clean(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return self._clean(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The row in hand says what is stored: a version is made of it next."""
        value = self._clean(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def _clean(self, value: Any) -> Any:
        return value if self.is_on_record else self.cleaned(value).text


class CleanTextField(CleanMixin, models.TextField):
    """Clean text of any length."""


class CleanCharField(CleanMixin, models.CharField):
    """A clean line."""

    def __init__(self, *args: Any, is_one_line: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, is_one_line=is_one_line, **kwargs)


class CleanLineField(CleanTextField):
    """A clean line of any length."""

    def __init__(self, *args: Any, is_one_line: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, is_one_line=is_one_line, **kwargs)


class CleanJSONField(CleanMixin, models.JSONField):
    """A JSON value whose texts are clean Markdown."""

    def cleaned(self, value: Any) -> CleanedText:
        """Lists and objects alone: an expression of the database stays as it is."""
        return clean_json(value) if isinstance(value, str | list | dict) else CleanedText(value)


def clean_fields(model: type[models.Model]) -> list[CleanMixin]:
    """The columns of a model whose texts are cleaned."""
    return [field for field in model._meta.concrete_fields if isinstance(field, CleanMixin)]


def clean_values(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the names of columns, each as its column holds it: for what goes on record."""
    fields = {field.name: field for field in clean_fields(model)}
    return {
        name: fields[name].cleaned(value).text if name in fields else value
        for name, value in values.items()
    }
