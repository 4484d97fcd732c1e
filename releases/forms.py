"""What the public may ask for: untrusted in, clean out, with a sentence for what was ignored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from releases.search.engine import Filters
from releases.text import querying

PAGE_SIZE = 20
LONGEST_ECHO = 40


class PageForm(forms.Form):
    """The page of a list. What can not be read is left out and named by `ignored`."""

    page = forms.IntegerField(required=False, min_value=1, max_value=999_999, label="page")

    def __init__(self, parameters: QueryDict) -> None:
        super().__init__(parameters)
        self.is_valid()

    def value(self, name: str) -> Any:
        """The clean value of a parameter; None where it is absent or ignored."""
        return self.cleaned_data.get(name) or None

    @property
    def ignored(self) -> list[str]:
        """A sentence for each parameter that can not be read."""
        return [
            f"There is no {self.fields[name].label} “{self.data[name][:LONGEST_ECHO]}”: ignored."
            for name in self.errors
        ]


class SearchForm(PageForm):
    """The query and what narrows and orders it."""

    topic = forms.SlugField(required=False, label="topic")
    year = forms.IntegerField(required=False, min_value=1, max_value=9999, label="year")
    language = forms.SlugField(required=False, label="language")
    since = forms.DateField(required=False, label="day")
    until = forms.DateField(required=False, label="day")
    sort = forms.ChoiceField(
        required=False, choices=[("relevance", ""), ("newest", "")], label="order"
    )

    # `from` is a word of Python's own.
    NAMES = {"since": "from", "until": "to"}

    def add_prefix(self, field_name: str) -> str:
        """The parameter that a field is read from."""
        return self.NAMES.get(field_name, field_name)

    @property
    def query(self) -> querying.Query:
        """The search box, read; it never fails."""
        return querying.parse(self.data.get("q", ""))

    @property
    def filters(self) -> Filters:
        """What narrows the search."""
        names = ("topic", "year", "language", "since", "until")
        return Filters(**{name: self.value(name) for name in names})


def paginate(releases: QuerySet, parameters: QueryDict) -> tuple[Page, list[str]]:
    """The page asked for, else the first, and sentences for what was ignored."""
    form = PageForm(parameters)
    paginator = Paginator(releases, PAGE_SIZE)
    asked = form.value("page") or 1
    if asked <= paginator.num_pages:
        return paginator.page(asked), form.ignored
    return paginator.page(1), [f"There is no page “{asked}”: this is the first."]
