"""What an import could not be sure of, beside the fields it is about, until a person settles it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from releases.models import Release
from releases.models.querysets import NEEDS_ATTENTION
from releases.parsing.warnings import ParseWarning

PREFIX = "doubts_"  # of the names of the form fields that hold a field's doubts
ELSEWHERE = f"{PREFIX}elsewhere"  # about no field of the form: the source, an address, the sections

# A change of one of these is a person's word on all of it. A change somewhere in a long text says
# nothing about the sentence in doubt: that is ticked.
RESOLVED_BY_CHANGE = frozenset(
    ("title", "subtitle", "date", "dateline", "contact", "end_mark", "language")
)


class AttentionFilter(admin.SimpleListFilter):
    """Drafts that a person has to look at, and how many there are."""

    title = "needs attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        count = Release.objects.needing_attention().count()
        return [("yes", f"Needs attention ({count})")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(NEEDS_ATTENTION) if self.value() else queryset


class ImportWarningsField(forms.MultipleChoiceField):
    """The doubts about one field, each a tick box."""

    def __init__(self, doubts: Sequence[ParseWarning]) -> None:
        choices = [(_warning_id(warning), warning.message) for warning in doubts]
        super().__init__(
            label="To check (tick when done)",
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "doubts"}),
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Never: what was settled is told in words of its own."""
        return False


class WarnedBoundField(forms.BoundField):
    """A field whose description is, beside its help, the doubts about it."""

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby or ""
        doubts = PREFIX + self.name
        if doubts in self.form.fields:
            return f"{described} {self.form[doubts].auto_id}".strip()
        return described


class ImportWarningsForm(forms.BaseForm):
    """A form that shows doubts and knows which of them a person has settled."""

    bound_field_class = WarnedBoundField
    doubts: Sequence[ParseWarning] = ()

    def add_warning_fields(self, doubts: Sequence[ParseWarning]) -> None:
        """Add a field of tick boxes for each field in doubt."""
        self.doubts = doubts
        for name in _field_names(doubts, self.fields):
            about = [warning for warning in doubts if _field_name(warning, self.fields) == name]
            self.fields[name] = ImportWarningsField(about)

    def resolved_warnings(self) -> list[ParseWarning]:
        """Those ticked and those about a field that was changed, once the form is valid."""
        names = [name for name in self.cleaned_data if name.startswith(PREFIX)]
        ticked = {warning_id for name in names for warning_id in self.cleaned_data[name]}
        changed = RESOLVED_BY_CHANGE.intersection(self.changed_data)
        return [
            warning
            for warning in self.doubts
            if _warning_id(warning) in ticked or warning.field in changed
        ]


class ImportWarningsAdmin(admin.ModelAdmin):
    """An admin whose form is a DoubtedForm."""

    class Media:
        css = {"all": ["css/admin.css"]}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form adds the fields of doubts by itself; the model has none of their names."""
        if kwargs.get("fields"):
            kwargs["fields"] = [name for name in kwargs["fields"] if not name.startswith(PREFIX)]
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Release, form: Any, change: bool) -> None:
        """Settled doubts go, and the log keeps who settled them: staff have worked on it, though
        nobody becomes the author of a text by it."""
        resolved = form.resolved_warnings()
        if resolved:
            obj.resolve_warnings(resolved)
            obj.edited_by, obj.updated_at = request.user, timezone.now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
        if resolved:
            sentence = "Checked: " + " ".join(warning.message for warning in resolved)
            self.log_change(request, obj, sentence)
            self.message_user(request, sentence, messages.INFO)


def with_warning_fields(fields: Sequence[str], doubts: Sequence[ParseWarning]) -> list[str]:
    """The fields, behind each the field of its doubts if there are any."""
    names = _field_names(doubts, fields)
    return [each for name in fields for each in (name, PREFIX + name) if each in (name, *names)]


def other_warning_field(fields: Sequence[str], doubts: Sequence[ParseWarning]) -> list[str]:
    """The field of the doubts that stand beside none of the fields, if there are any."""
    return [ELSEWHERE] if ELSEWHERE in _field_names(doubts, fields) else []


def _field_names(doubts: Sequence[ParseWarning], fields: Collection[str]) -> list[str]:
    return list(dict.fromkeys(_field_name(warning, fields) for warning in doubts))


def _field_name(warning: ParseWarning, fields: Collection[str]) -> str:
    return PREFIX + warning.field if warning.field in fields else ELSEWHERE


def _warning_id(warning: ParseWarning) -> str:
    """What names a doubt in a form: two that say the same are settled together."""
    return hashlib.sha256(repr(warning).encode()).hexdigest()[:16]
