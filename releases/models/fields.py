"""Text columns that hold clean text, whichever road it comes on: forms, imports, fixtures,
restored archives, and rows written many at a time."""

from __future__ import annotations

from typing import Any

from django.db import models

from releases.text.cleaning import Cleaned, clean


class Clean(models.Field):
    """`is_markdown` keeps entities and tags; `is_one_line` makes line ends blanks."""

    def __init__(
        self, *args: Any, is_markdown: bool = False, is_one_line: bool = False, **kwargs: Any
    ) -> None:
        self.is_markdown, self.is_one_line = is_markdown, is_one_line
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """As the column that Django knows: how its text is cleaned is no matter of the database."""
        name, _, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs

    def cleaned(self, text: str) -> Cleaned:
        """The text as this column holds it, and what was cleaned away."""
        return clean(text, is_markdown=self.is_markdown, is_one_line=self.is_one_line)

    def to_python(self, value: Any) -> Any:
        return self._clean(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return self._clean(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The row in hand says what is stored: a version is made of it next."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self._clean(value)
            setattr(model_instance, self.attname, value)
        return value

    def _clean(self, value: Any) -> Any:
        return self.cleaned(value).text if isinstance(value, str) else value


class CleanTextField(Clean, models.TextField):
    """Clean text of any length."""


class CleanCharField(Clean, models.CharField):
    """A clean line."""

    def __init__(self, *args: Any, is_one_line: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, is_one_line=is_one_line, **kwargs)


class CleanLineField(CleanTextField):
    """A clean line of any length."""

    def __init__(self, *args: Any, is_one_line: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, is_one_line=is_one_line, **kwargs)
