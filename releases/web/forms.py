"""Forms for public query parameters, with a sentence for each that was ignored, and paging."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releases.content import cursors
from releases.models.choices import VersionKind
from releases.search.engine import Filters
from releases.search.facets import Facet, NamedFacets, language_name
from releases.search.query import parser

PAGE_SIZE = 20
PAGE_PARAMETERS = ("page", "after", "before")
OLDEST = "oldest"  # value of `sort`
NOTHING_AFTER = gettext_lazy("There is nothing after that position. Showing the first page.")
MAX_ECHO_LENGTH = 40  # characters of an invalid value that a message repeats
MAX_FILTER_VALUES = 30  # per filter: the most frequent or newest


class PageForm(forms.Form):
    """Page and order of a list, by number or cursor. Invalid parameters are ignored and listed."""

    page = forms.IntegerField(
        required=False, min_value=1, max_value=999_999, label=gettext_lazy("page")
    )
    after = forms.RegexField(
        rf"^{cursors.PATTERN}\Z", required=False, label=gettext_lazy("position")
    )
    before = forms.RegexField(
        rf"^{cursors.PATTERN}\Z", required=False, label=gettext_lazy("position")
    )

    sort = forms.ChoiceField(
        required=False, choices=[("newest", ""), (OLDEST, "")], label=gettext_lazy("order")
    )

    FILTERS: tuple[str, ...] = ()

    def __init__(self, parameters: QueryDict) -> None:
        super().__init__(parameters)
        self.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        """Active filters and their values."""
        return {name: self.value(name) for name in self.FILTERS if self.value(name)}

    def value(self, name: str) -> Any:
        """Return a parameter's clean value; None if it is absent or ignored."""
        return self.cleaned_data.get(name) or None

    @property
    def ignored(self) -> list[str]:
        """Return a sentence for each invalid parameter."""
        return [
            _("“%(typed)s” is not a valid %(what)s, so we ignored it.")
            % {"what": self.fields[name].label, "typed": self._typed(name)[:MAX_ECHO_LENGTH]}
            for name in self.errors
        ]

    def _typed(self, name: str) -> str:
        return str(self.data[self.add_prefix(name)])


KIND_NAMES = {
    VersionKind.CORRECTION: gettext_lazy("Corrections"),
    VersionKind.WITHDRAWAL: gettext_lazy("Withdrawals"),
    VersionKind.REINSTATEMENT: gettext_lazy("Reinstatements"),
}


@dataclass(frozen=True)
class FilterLink:
    """Link that removes a filter; `count` is the number of releases it leads to."""

    label: str
    address: str
    count: int | None = None
    is_topic: bool = False


@dataclass(frozen=True)
class FilterGroup:
    """Values of one filter; `page` names the route of their own pages, if they lead there."""

    heading: str
    name: str  # in the URL
    values: tuple[Facet, ...]
    page: str = ""


class CorrectionsForm(PageForm):
    """Kind and year of a list of corrections and withdrawals."""

    sort = None  # type: ignore[assignment]
    kind = forms.ChoiceField(
        required=False,
        choices=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        label=gettext_lazy("kind"),
    )
    year = forms.IntegerField(
        required=False, min_value=1, max_value=9999, label=gettext_lazy("year")
    )

    FILTERS = ("kind", "year")


class VersionForm(forms.Form):
    """Requested version; none means the latest."""

    v = forms.IntegerField(required=False, min_value=1, max_value=999_999_999)


class FilterForm(PageForm):
    """Filters of a list of releases."""

    topic = forms.SlugField(required=False, label=gettext_lazy("topic"))
    year = forms.IntegerField(
        required=False, min_value=1, max_value=9999, label=gettext_lazy("year")
    )
    language = forms.SlugField(required=False, label=gettext_lazy("language"))

    FILTERS: tuple[str, ...] = ("topic", "year", "language")
    PAGES: Mapping[str, str] = {}  # routes of the pages of a filter's values
    field_order = ("topic", "year", "language", "since", "until", "sort")

    def parameters(self) -> dict[str, Any]:
        """Return all parameters of this list except its page, by name in the URL."""
        return {
            self.add_prefix(name): self.value(name)
            for name in self.fields
            if name not in PAGE_PARAMETERS
        }

    def address(self, **changes: Any) -> str:
        """Return the query string of page 1 with some parameters changed; None omits one."""
        changed = {self.add_prefix(name): value for name, value in changes.items()}
        return query_string(self.parameters() | changed)

    def parameters_except(self, *own: str) -> dict[str, Any]:
        """Return the parameters that a form submits in addition to its own fields."""
        return {n: str(v) for n, v in self.parameters().items() if v and n not in own}

    def chips(
        self, facets: NamedFacets, without: Mapping[str, int] | None = None
    ) -> list[FilterLink]:
        """Return a link for each active filter that removes it."""
        counts = without or {}
        return [
            FilterLink(
                self._filter_label(name, facets),
                self.address(**{name: None}),
                counts.get(name),
                is_topic=name == "topic",
            )
            for name in self.chosen
        ]

    def offered(self, facets: NamedFacets) -> dict[str, Any]:
        """Return the context of `_facets.html`."""
        groups = self.groups(facets)
        hidden = self.parameters_except(*(group.name for group in groups))
        return {"groups": groups, "filters_hidden": hidden}

    def groups(self, facets: NamedFacets) -> list[FilterGroup]:
        """Return the inactive filters that have more than one value."""
        offered = {"year": facets.years, "topic": facets.topics, "language": facets.languages}
        return [
            FilterGroup(
                str(self.fields[name].label).capitalize(),
                self.add_prefix(name),
                values[:MAX_FILTER_VALUES],
                "" if self.chosen else self.PAGES.get(name, ""),
            )
            for name, values in offered.items()
            if len(values) > 1 and name not in self.chosen
        ]

    def _filter_label(self, name: str, facets: NamedFacets) -> str:
        value = self.chosen[name]
        if name == "topic":
            return next((f.label for f in facets.topics if f.value == value), value)
        if name == "language":
            return language_name(value)
        label = _DAY_LABELS.get(name)
        return label % {"day": date_format(value)} if label else str(value)


class ListingForm(FilterForm):
    """Filters of the list of all releases."""

    PAGES = {"topic": "topic"}


class TopicForm(FilterForm):
    """Filters of a topic's list."""

    topic = None  # type: ignore[assignment]

    FILTERS = ("year", "language")

    def groups(self, facets: NamedFacets) -> list[FilterGroup]:
        """Return the groups without topics."""
        return super().groups(replace(facets, topics=()))


_DAY_LABELS = {"since": gettext_lazy("from %(day)s"), "until": gettext_lazy("to %(day)s")}


class SearchForm(FilterForm):
    """Query, filters and order of a search."""

    after = before = None  # type: ignore[assignment]
    since = forms.DateField(required=False, label=gettext_lazy("date"))
    until = forms.DateField(required=False, label=gettext_lazy("date"))
    sort = forms.ChoiceField(
        required=False, choices=[("relevance", ""), ("newest", "")], label=gettext_lazy("order")
    )

    FILTERS = ("topic", "year", "language", "since", "until")
    # `from` is a Python keyword.
    NAMES = {"since": "from", "until": "to"}

    def add_prefix(self, field_name: str) -> str:
        """Return the name of the field's parameter in the URL."""
        return self.NAMES.get(field_name, field_name)

    @cached_property
    def query(self) -> parser.Query:
        """Parsed query; parsing never fails."""
        return parser.parse(self.data.get("q", ""))

    @property
    def in_words(self) -> str:
        """Query and filters as the reader typed them; "" if there are none."""
        filters = [f"{self.add_prefix(name)} {value}" for name, value in self.chosen.items()]
        return ", ".join(filter(None, [self.query.text, *filters]))

    @cached_property
    def filters(self) -> Filters:
        return Filters(**self.chosen)

    def parameters(self) -> dict[str, Any]:
        """Return the query, then the filters and order."""
        return {"q": self.query.text, **super().parameters()}

    @property
    def hidden(self) -> dict[str, Any]:
        """Parameters that the search box submits along with the query."""
        return self.parameters_except("q")


def query_string(parameters: Mapping[str, Any]) -> str:
    """Return a query string of the parameters that are set, such as ?topic=water&year=2024."""
    return f"?{urlencode({name: value for name, value in parameters.items() if value})}"


@dataclass(frozen=True)
class ListPage:
    """Page of a list of `total` rows.

    Its links contain cursors, so that a reader going from page to page sees no row twice and misses
    none, whatever is published meanwhile. With the oldest first, new rows come at the end, and
    numbers are enough.
    """

    rows: tuple[Any, ...]
    number: int
    total: int
    has_newer: bool
    has_older: bool
    is_oldest_first: bool = False

    @property
    def pages(self) -> int:
        """Number of pages."""
        return max(1, -(-self.total // PAGE_SIZE))

    def newer(self) -> dict[str, Any]:
        """Return the parameters of the previous page."""
        return {"page": max(1, self.number - 1), "before": self._cursor(0)}

    def older(self) -> dict[str, Any]:
        """Return the parameters of the next page."""
        return {"page": self.number + 1, "after": self._cursor(-1)}

    def _cursor(self, place: int) -> str | None:
        return None if self.is_oldest_first else cursors.encode(self.rows[place].page_cursor)


def paginate(rows: Any, form: PageForm, total: int | None = None) -> tuple[ListPage, list[str]]:
    """Return the page by cursor, else by number, else the first, and what was ignored.

    `rows` is a queryset with `following` and `preceding`. Pass `total`, if known, to save a query.
    """
    total = rows.count() if total is None else total
    pages = max(1, -(-total // PAGE_SIZE))
    number = form.value("page") or 1
    if form.value("sort") == OLDEST:
        numbered = _numbered_page(rows.reverse(), min(number, pages), total)
        return replace(numbered, is_oldest_first=True), form.ignored
    if page := _page_at_cursor(rows, form, min(number, pages), total):
        return page, form.ignored
    if form.value("after"):
        return _numbered_page(rows, 1, total), [str(NOTHING_AFTER)]
    if form.value("before"):
        return _numbered_page(rows, 1, total), form.ignored
    if number > pages:
        return _numbered_page(rows, 1, total), [_no_page_message(number)]
    return _numbered_page(rows, number, total), form.ignored


def _page_at_cursor(rows: Any, form: PageForm, number: int, total: int) -> ListPage | None:
    """Return the page after `after` or the full page before `before`; None if there is none."""
    # One row more than a page, to know whether there is another.
    if after := form.value("after"):
        found = tuple(rows.following(*cursors.decode(after))[: PAGE_SIZE + 1])
        older = len(found) > PAGE_SIZE
        return ListPage(found[:PAGE_SIZE], number, total, True, older) if found else None
    if before := form.value("before"):
        found = tuple(rows.preceding(*cursors.decode(before)).reverse()[: PAGE_SIZE + 1])
        newer, page = len(found) > PAGE_SIZE, found[:PAGE_SIZE][::-1]
        return ListPage(page, number, total, newer, True) if len(page) == PAGE_SIZE else None
    return None


def _numbered_page(rows: Any, number: int, total: int) -> ListPage:
    start = (number - 1) * PAGE_SIZE
    found = tuple(rows[start : start + PAGE_SIZE + 1])
    return ListPage(found[:PAGE_SIZE], number, total, number > 1, len(found) > PAGE_SIZE)


def _no_page_message(number: int) -> str:
    return _("There is no page “%(page)s”. Showing the first page.") % {"page": number}
