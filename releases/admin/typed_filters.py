"""List filters whose value is typed, with suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from releases.models import Topic
from releases.publishing.topics import resolve_slugs

MAX_VALUES = 5
MAX_SUGGESTIONS = 1_000
PAGE_PARAMETERS = ("p", "e")


class TypedFilter(admin.ListFilter):
    """Filter by each of the typed values; subclasses look up what they name."""

    template = "admin/typed_filter.html"
    parameter_name: str
    label: str
    help_text = ""
    unknown = "Nothing is called “{}”."

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        given = [text.replace("\0", "").strip() for text in params.pop(self.parameter_name, ())]
        found = {text: self.find(text) for text in given[:MAX_VALUES] if text}
        self.chosen = {text: row for text, row in found.items() if row is not None}
        self.left = [text for text, row in found.items() if row is None]
        skipped = (self.parameter_name, *PAGE_PARAMETERS)
        lists = [(name, request.GET.getlist(name)) for name in request.GET if name not in skipped]
        self.others = [(name, value) for name, values in lists for value in values]

    def find(self, text: str) -> Any:
        """Return what the text names; None if nothing, or several."""
        raise NotImplementedError

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def suggestions(self) -> Iterable[str]:
        return ()

    @property
    def sentences(self) -> list[str]:
        """Return a sentence for each text that names nothing."""
        return [self.unknown.format(text) for text in self.left]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [self.parameter_name]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for value in self.chosen.values():
            queryset = self.narrow(queryset, value)
        return queryset.none() if self.left else queryset

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """Yield each value in use, with the query string that drops it."""
        used = [*self.chosen, *self.left]
        for text in used:
            rest = [other for other in used if other != text]
            link = changelist.get_query_string({self.parameter_name: rest or None})
            yield {"display": self.display(text), "query_string": link}

    def display(self, text: str) -> str:
        return text


class TopicFilter(TypedFilter):
    title = "topic"
    label = "Topic"
    parameter_name = "topic"
    unknown = "There is no topic “{}”. Choose one from the list."

    def find(self, text: str) -> Topic | None:
        return find_topic(text)

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return rows.filter(topics=value)

    def suggestions(self) -> Iterable[str]:
        return topic_names()

    def display(self, text: str) -> str:
        return str(self.chosen.get(text, text))


def find_topic(text: str) -> Topic | None:
    """Return the topic of this name, in any case, or of this present or former slug."""
    named = Topic.objects.filter(name__iexact=text).first()
    slug = resolve_slugs({text}).get(text, text) if named is None else ""
    return named or Topic.objects.filter(slug=slug).first()


def topic_names() -> list[str]:
    """Return names to suggest, at most `MAX_SUGGESTIONS`."""
    return list(Topic.objects.order_by("name").values_list("name", flat=True)[:MAX_SUGGESTIONS])
