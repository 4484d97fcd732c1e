"""Admin for synonyms and pinned results, and the report of searches without results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.cleaning_messages import CleaningMessages
from releases.admin.lists import BoundedList
from releases.models import MissedSearch, PinnedResult, Synonym
from releases.models.search_words import MAX_QUERY
from releases.search.suggested_synonyms import suggest_synonym
from releases.web import missed_searches

WIDE = forms.TextInput(attrs={"size": 70})


class PreparedForm(forms.ModelForm):
    """Form that shows why its entry cannot be saved, and saves it normalized."""

    prepare: ClassVar[Callable[[Any], list[str]]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        names = list(self._meta.fields or ())
        for name in names:
            setattr(self.instance, name, data[name])
        if reasons := type(self).prepare(self.instance):
            raise forms.ValidationError(reasons)
        return {**data, **{name: getattr(self.instance, name) for name in names}}


class SynonymForm(PreparedForm):
    prepare = publishing.prepare_synonym

    class Meta:
        model = Synonym
        fields = ["words", "finds", "kind", "is_used"]
        widgets = dict.fromkeys(["words", "finds"], WIDE)


@admin.register(Synonym)
class SynonymAdmin(CleaningMessages, BoundedList):
    form = SynonymForm
    list_display = ["words", "finds", "kind", "is_used"]
    list_filter = ["kind", "is_used"]
    search_fields = ["words", "finds"]
    list_per_page = 200

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        words, similar = _suggestion(request)
        return {**initial, **({"words": words, "finds": (similar or [""])[0]} if words else {})}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if similar := _suggestion(request)[1]:
            finds = form.base_fields["finds"]
            finds.help_text = f"Similar words of the archive: {', '.join(similar)}. " + str(
                finds.help_text
            )
        return form

    def save_model(self, request: HttpRequest, obj: Synonym, form: Any, change: bool) -> None:
        publishing.save_synonym(obj, **action_context(request))

    def delete_model(self, request: HttpRequest, obj: Synonym) -> None:
        publishing.delete_synonyms([obj], **action_context(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Synonym]) -> None:
        publishing.delete_synonyms(queryset, **action_context(request))


class PinnedForm(PreparedForm):
    prepare = publishing.prepare_pinned

    class Meta:
        model = PinnedResult
        fields = ["queries", "releases", "until"]
        widgets = dict.fromkeys(
            ["queries", "releases"], forms.Textarea(attrs={"rows": 3, "cols": 50})
        )


@admin.register(PinnedResult)
class PinnedResultAdmin(CleaningMessages, BoundedList):
    form = PinnedForm
    list_display = ["queries", "releases", "until"]
    search_fields = ["queries", "releases"]

    def save_model(self, request: HttpRequest, obj: PinnedResult, form: Any, change: bool) -> None:
        publishing.save_pinned(obj, **action_context(request))

    def delete_model(self, request: HttpRequest, obj: PinnedResult) -> None:
        publishing.delete_pinned([obj], **action_context(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PinnedResult]) -> None:
        publishing.delete_pinned(queryset, **action_context(request))


@admin.register(MissedSearch)
class MissedSearchAdmin(BoundedList):
    """Report whose rows lead to the forms of a synonym and of pinned results."""

    # The links second: in a narrow window the last columns are out of sight.
    list_display = ["query", "answer", "total", "found", "week"]
    list_display_links = None
    search_fields = ["query"]
    search_help_text = (
        "Searches that found at most two releases, counted by week for half a year. Nothing is "
        "stored about who searched, nor what looks like an address, phone number or account."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissedSearch]:
        """Return the newest week of each query, with the searches of all weeks."""
        same = MissedSearch.objects.filter(query=OuterRef("query"))
        total = same.order_by().values("query").annotate(sum=Sum("searches")).values("sum")
        newest = Subquery(same.order_by("-week").values("pk")[:1])
        rows = MissedSearch.objects.filter(pk=newest).annotate(total=Subquery(total))
        return rows.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-total", "-week", "query")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        missed_searches.counter.write(timezone.localdate())
        return super().changelist_view(request, extra_context)

    @admin.display(description="answer with")
    def answer(self, missed: MissedSearch) -> str:
        links = [
            ("Make a synonym", "synonym", "query", missed.query),
            ("Pin a release", "pinnedresult", "queries", missed.query),
        ]
        rows = (
            (reverse(f"admin:releases_{model}_add"), urlencode({name: text}), label, text, label)
            for label, model, name, text in links
        )
        return format_html_join(" · ", '<a href="{}?{}" aria-label="{} for {}">{}</a>', rows)

    @admin.display(description="searches", ordering="total")
    def total(self, missed: Any) -> int:
        return int(missed.total)

    @admin.display(description="releases found", ordering="results")
    def found(self, missed: MissedSearch) -> str:
        return format_html("{}", missed.results or "none")

    def get_list_display(self, request: HttpRequest) -> Any:
        may = request.user.has_perm("releases.add_synonym")
        return self.list_display if may else ["query", "total", "found", "week"]

    def delete_model(self, request: HttpRequest, obj: MissedSearch) -> None:
        MissedSearch.objects.filter(query=obj.query).delete()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[MissedSearch]) -> None:
        queries = list(queryset.values_list("query", flat=True))
        MissedSearch.objects.filter(query__in=queries).delete()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _suggestion(request: HttpRequest) -> tuple[str, list[str]]:
    """Return what to make a synonym of, and similar words, for a form opened from the report."""
    query = " ".join(request.GET.get("query", "").replace("\0", "").split())
    return suggest_synonym(query) if 0 < len(query) <= MAX_QUERY else ("", [])
