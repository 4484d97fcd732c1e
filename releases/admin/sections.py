"""Sections in a release's form, ordered by staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from releases.admin.editor import MarkdownInput
from releases.admin.form_fields import TEXT_FIELD_OVERRIDES, TextPreservingForm
from releases.admin.ordered_rows import OrderedForm, OrderedForms, PositionField
from releases.models import Section


class SectionForm(OrderedForm, TextPreservingForm):
    """Form of a section and its position."""

    position_name = "place"
    place = PositionField(
        label="Position",
        required=False,
        min_value=1,
        help_text="1 comes first. Without a number it comes last.",
    )

    class Meta:
        model = Section
        fields = ["place", "kind", "heading", "body", "after_end"]
        widgets = {"body": MarkdownInput(attrs={"rows": 10, "cols": 90})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["place"] = self.position_before = self.instance.position


class SectionInline(admin.StackedInline):
    model = Section
    form = SectionForm
    formset = OrderedForms
    extra = 0
    fields = [*SectionForm.Meta.fields]
    formfield_overrides = TEXT_FIELD_OVERRIDES

    class Media:
        js = [forms.Script("js/sections.js", type="module")]
