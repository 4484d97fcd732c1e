"""Admin lists with bounded actions, safe against crafted query strings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import DataError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

MAX_YEAR_DIGITS = 4
MAX_LENGTH = 500  # characters of a search or filter, which each link of the list repeats
MAX_SELECTED = 400  # rows: the confirmation page carries them in its form


class BoundedList(admin.ModelAdmin):
    """Admin whose list refuses to act on more than `MAX_SELECTED` rows at once."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list. Raises IncorrectLookupParameters for filters that no row can match."""
        if any(_matches_nothing(name, str(value)) for name, value in request.GET.items()):
            raise IncorrectLookupParameters
        try:
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except DataError as error:
            raise IncorrectLookupParameters from error

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # The database would run any regular expression that the query string contains.
        is_pattern = lookup.endswith(("__regex", "__iregex"))
        return not is_pattern and super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        # PostgreSQL refuses NUL, and no stored text contains it. Each word is a condition.
        words = search_term[:MAX_LENGTH].replace("\0", "")
        return super().get_search_results(request, queryset, words)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *where: Any, **location: Any
    ) -> HttpResponse | None:
        """Refuse any action on too many rows, also by “select all”."""
        if request.POST.get("select_across", "0") == "0":
            chosen = len(request.POST.getlist("_selected_action"))
        else:
            chosen = queryset.order_by()[: MAX_SELECTED + 1].count()
        if chosen <= MAX_SELECTED:
            return super().response_action(request, queryset, *where, **location)
        sentence = f"Select at most {MAX_SELECTED} at a time. Nothing was changed."
        self.message_user(request, sentence, messages.ERROR)
        return None


def _matches_nothing(name: str, value: str) -> bool:
    # PostgreSQL refuses NUL, and Django raises an error for years that no date can have.
    is_date = name.endswith(("__year", "__month", "__day"))
    is_long = len(value) > MAX_LENGTH
    return is_long or "\0" in value or (is_date and len(value) > MAX_YEAR_DIGITS)
