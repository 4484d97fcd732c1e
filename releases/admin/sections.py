"""Sections in a release's form, ordered by staff."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.contrib import admin

from releases.admin.form_fields import TEXT_FIELD_OVERRIDES, TextPreservingForm
from releases.models import Section


class PositionField(forms.IntegerField):
    def has_changed(self, initial: Any, data: Any) -> bool:
        # A position alone does not turn an empty row into a section.
        return initial is not None and super().has_changed(initial, data)


class SectionForm(TextPreservingForm):
    """Form of a section and its position.

    If two sections claim a position, one that moved up goes first, one that moved down second.
    """

    place = PositionField(
        label="Position",
        required=False,
        min_value=1,
        help_text="1 comes first. Without a number it comes last.",
    )

    class Meta:
        model = Section
        fields = ["place", "kind", "heading", "body", "after_end"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["place"] = self.instance.position

    def order(self) -> tuple[float, float]:
        """Return the sort key. The form must be valid."""
        before = self.instance.position or math.inf  # a new section moves up
        place = self.cleaned_data.get("place") or math.inf
        return place, (place > before) - (place < before)


class SectionForms(forms.BaseInlineFormSet):
    """Sections of a release, renumbered 1, 2, 3 … on save."""

    def save(self, commit: bool = True) -> list[Section]:
        """Save changed sections, and the positions of all that remain."""
        left: list[Any] = [form for form in self.forms if self._is_remaining(form)]
        sections = [form.instance for form in sorted(left, key=lambda form: form.order())]
        for position, section in enumerate(sections, start=1):
            section.position = position
        saved = super().save(commit)
        if commit:
            Section.objects.bulk_update(sections, ["position"])
        return saved

    def _is_remaining(self, form: forms.ModelForm) -> bool:
        return form not in self.deleted_forms and bool(form.instance.pk or form.has_changed())


class SectionInline(admin.StackedInline):
    model = Section
    form = SectionForm
    formset = SectionForms
    extra = 0
    fields = [*SectionForm.Meta.fields]
    formfield_overrides = TEXT_FIELD_OVERRIDES

    class Media:
        js = [forms.Script("js/sections.js", type="module")]
