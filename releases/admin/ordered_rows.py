"""Rows of a release's form that staff order by position."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.db.models import Model


class PositionField(forms.IntegerField):
    def has_changed(self, initial: Any, data: Any) -> bool:
        # A position alone does not turn an empty row into a section or an image.
        return initial is not None and super().has_changed(initial, data)


class OrderedForm(forms.ModelForm):
    """Form of a row and its position.

    If two rows claim a position, one that moved up goes first, one that moved down second.
    """

    position_name = "position"
    position_before: int | None = None  # None: a new row

    def order(self) -> tuple[float, float]:
        """Return the sort key. The form must be valid."""
        before = self.position_before or math.inf  # a new row moves up
        given = self.cleaned_data.get(self.position_name)
        place = math.inf if given is None else given
        return place, (place > before) - (place < before)


class OrderedForms(forms.BaseInlineFormSet):
    """Rows of a release, renumbered 1, 2, 3 … on save."""

    def save(self, commit: bool = True) -> list[Model]:
        """Save changed rows, and the positions of all that remain."""
        rows = self.remaining()
        for position, row in enumerate(rows, start=1):
            row.position = position
        saved: list[Model] = super().save(commit)
        if commit:
            model: Any = self.model
            model._default_manager.bulk_update(rows, ["position"])
        return saved

    def remaining(self) -> list[Any]:
        """Return the rows that are neither deleted nor empty, in order. The forms must be valid."""
        left: list[Any] = [form for form in self.forms if self._is_remaining(form)]
        return [form.instance for form in sorted(left, key=lambda form: form.order())]

    def _is_remaining(self, form: forms.ModelForm) -> bool:
        return form not in self.deleted_forms and bool(form.instance.pk or form.has_changed())
