"""API parameters: those of the site's search, and paging, fields, states and changes.

Invalid parameters are errors: a program would not notice that one was ignored.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.timezone import make_aware

from releases.content import cursors
from releases.content.cursors import Cursor
from releases.models import Release
from releases.models.querysets import ReleaseQuerySet
from releases.output.renditions.json_document import ALL_FIELDS, WITHDRAWN_FIELDS
from releases.search.results import MAX_RESULTS
from releases.web.api.problems import ProblemError
from releases.web.forms import SearchForm, VersionForm

CURSOR_PATTERN = cursors.PATTERN
DEFAULT_LIMIT, MAX_LIMIT = 20, 100  # releases per page
RELEVANCE = "relevance"
WITHDRAWN = "withdrawn"
MAX_NAME = 60  # characters of a query in a file name
NOT_WITH_QUERY = "Cannot be combined with q. Filter by topic, year, language, from and to."


class MomentField(forms.Field):
    """Moment as a date or as ISO 8601, in the office's zone unless it names another."""

    def to_python(self, value: str | None) -> datetime.datetime | None:
        """Raise ValidationError for anything else."""
        if not value:
            return None
        try:
            day = parse_date(value)
            moment = datetime.datetime.fromisoformat(f"{day} 00:00" if day else value)
            # The database takes no offset with seconds, and no time outside the calendar in UTC.
            return (moment if moment.tzinfo else make_aware(moment)).astimezone(datetime.UTC)
        except (ValueError, OverflowError) as error:
            message = "Write a date, or a time such as 2024-05-14T09:00:00Z."
            raise forms.ValidationError(message) from error


class NamesField(forms.CharField):
    """Names separated by commas, each once."""

    def to_python(self, value: str | None) -> tuple[str, ...]:  # type: ignore[override]
        """Return the names in order."""
        return tuple(dict.fromkeys((value or "").split(","))) if value else ()


class PagingForm(forms.Form):
    """Size and position of a list."""

    limit = forms.IntegerField(required=False, min_value=1, max_value=MAX_LIMIT)
    cursor = forms.RegexField(rf"^{CURSOR_PATTERN}\Z", required=False)
    updated_since = MomentField(required=False)

    def __init__(self, parameters: QueryDict) -> None:
        super().__init__(parameters)
        self.is_valid()

    @property
    def size(self) -> int:
        """Number of rows of a page."""
        return self.cleaned_data["limit"] or DEFAULT_LIMIT

    @property
    def page_cursor(self) -> Cursor | None:
        """Position of the last row on the previous page."""
        cursor = self.cleaned_data["cursor"]
        return cursors.decode(cursor) if cursor else None


class ApiForm(SearchForm):
    """Query, filters, order, fields and paging of a list of releases."""

    limit = PagingForm.base_fields["limit"]
    cursor = PagingForm.base_fields["cursor"]
    updated_since = PagingForm.base_fields["updated_since"]
    status = forms.ChoiceField(required=False, choices=[("published", ""), (WITHDRAWN, "")])
    names = NamesField(required=False)

    # `fields` is an attribute of forms.
    NAMES = {**SearchForm.NAMES, "names": "fields"}

    @property
    def page_cursor(self) -> Cursor | None:
        """Position of the last release on the previous page."""
        cursor = self.value("cursor")
        return cursors.decode(cursor) if cursor else None

    @property
    def is_by_relevance(self) -> bool:
        return self.value("sort") == RELEVANCE

    @property
    def is_withdrawn(self) -> bool:
        return self.value("status") == WITHDRAWN

    def field_names(self, columns: Collection[str] = ALL_FIELDS) -> tuple[str, ...]:
        """Return the names of the fields of each release, of those columns; empty for all."""
        if not self.is_withdrawn:
            return self.value("names") or ()
        usual = tuple(name for name in WITHDRAWN_FIELDS if name in columns)
        return tuple(name for name in self.value("names") or () if name in usual) or usual

    @property
    def left_out(self) -> list[str]:
        """Return a sentence for each requested field that withdrawn releases lack in lists."""
        if not self.is_withdrawn:
            return []
        names = [name for name in self.value("names") or () if name not in WITHDRAWN_FIELDS]
        return [f"Lists of withdrawn releases leave out the field {name}." for name in names]

    def releases(self, at: datetime.datetime) -> ReleaseQuerySet[Release]:
        """Return the releases of that state, changed since that moment."""
        if self.is_withdrawn:
            found = Release.objects.on_record(at).filter(status=Release.Status.WITHDRAWN)
        else:
            found = Release.objects.published(at)
        since = self.value("updated_since")
        return found.updated_since(since) if since else found

    def file_name(self, kind: str) -> str:
        """Return the name of a download, made of its filters: releases-2012-opioids.csv."""
        parts = [self.value("year"), self.value("topic"), self.value("language")]
        parts += [self.value("since"), self.value("until"), self.value("status")]
        words = slugify(f"{self.query.text[:MAX_NAME]} ")
        named = [str(part).lower() for part in parts if part]
        return "-".join(["releases", *named, *filter(None, [words])]) + f".{kind}"

    def unknown_fields(self, columns: Collection[str]) -> dict[str, str]:
        """Return an error for a field that is none of the columns."""
        unknown = [name for name in self.value("names") or () if name not in columns]
        known = ", ".join(columns)
        return {"fields": f"Unknown: {unknown[0][:40]}. Known: {known}."} if unknown else {}

    def conflicts(self) -> dict[str, str]:
        """Return errors of parameters that exclude each other."""
        errors = self._query_conflicts()
        if (self.value("page") or 1) * (self.value("limit") or DEFAULT_LIMIT) > MAX_RESULTS:
            errors["page"] = f"Only the first {MAX_RESULTS:,} are numbered. Follow “next”."
        return errors

    def _query_conflicts(self) -> dict[str, str]:
        if not self.query.tree:
            return {"sort": "relevance needs q."} if self.is_by_relevance else {}
        given = ("updated_since", "status")
        errors = {name: NOT_WITH_QUERY for name in given if self.value(name)}
        if self.is_by_relevance and self.value("cursor"):
            errors["cursor"] = "Not with sort=relevance, whose pages are numbered: page=2."
        return errors


def read_parameters(parameters: QueryDict, columns: Collection[str] = ALL_FIELDS) -> ApiForm:
    """Read the parameters of a list with those columns. Raises ProblemError naming each invalid
    one (400), or each that excludes another (409)."""
    form = ApiForm(parameters)
    known = {"q", *(form.add_prefix(name) for name in form.fields)}
    errors = {form.add_prefix(name): str(found[0]) for name, found in form.errors.items()}
    errors |= _parameter_errors(parameters, known)
    _raise_if_any(errors | form.unknown_fields(columns))
    _raise_if_any(form.conflicts(), 409, "Conflicting parameters")
    return form


def read_download(parameters: QueryDict, columns: Collection[str]) -> ApiForm:
    """Read the parameters of a file with those columns. Raises ProblemError (400)."""
    form = read_parameters(parameters, columns)
    if form.is_by_relevance:
        _raise_if_any({"sort": "Files are newest first."})
    if (form.value("page") or 1) > 1:
        _raise_if_any({"page": "Files have no pages. Use limit and cursor."})
    return form


def read_paging(parameters: QueryDict) -> PagingForm:
    """Read the parameters of the list of corrections. Raises ProblemError (400)."""
    form = PagingForm(parameters)
    errors = {name: str(found[0]) for name, found in form.errors.items()}
    _raise_if_any(errors | _parameter_errors(parameters, set(form.fields)))
    return form


class ReleaseForm(VersionForm):
    """Version and fields of one release."""

    names = NamesField(required=False)

    def add_prefix(self, field_name: str) -> str:
        return "fields" if field_name == "names" else field_name


def read_release_parameters(parameters: QueryDict) -> tuple[int | None, tuple[str, ...]]:
    """Read the requested version (None: the latest) and fields. Raises ProblemError (400)."""
    form = ReleaseForm(parameters)
    errors = {form.add_prefix(name): str(found[0]) for name, found in form.errors.items()}
    _raise_if_any(errors | _parameter_errors(parameters, {"v", "fields"}))
    names = form.cleaned_data["names"]
    if unknown := [name for name in names if name not in ALL_FIELDS]:
        _raise_if_any({"fields": f"Unknown: {unknown[0][:40]}. Known: {', '.join(ALL_FIELDS)}."})
    return form.cleaned_data["v"], names


def _parameter_errors(parameters: QueryDict, known: set[str]) -> dict[str, str]:
    """Return errors for unknown, repeated and empty parameters."""
    errors = {}
    for name, values in parameters.lists():
        if name not in known:
            errors[name] = f"Unknown parameter. Known: {', '.join(sorted(known))}."
        elif len(values) > 1:
            errors[name] = "Given more than once."
        # An empty query means all releases, as in a form that was sent without one.
        elif not values[0] and name != "q":
            errors[name] = "Empty: omit it."
    return errors


def _raise_if_any(
    errors: dict[str, str], status: int = 400, title: str = "Invalid parameters"
) -> None:
    if errors:
        detail = " ".join(f"{name}: {error}" for name, error in errors.items())
        raise ProblemError(status, title, detail, errors=errors)


def next_page_query(form: ApiForm, last: Release) -> str:
    """Return the query string of the page that starts after the release."""
    names = ",".join(form.value("names") or ()) or None
    since = form.data.get("updated_since")
    if form.is_by_relevance:
        return form.address(names=names, page=(form.value("page") or 1) + 1)
    return form.address(names=names, updated_since=since, cursor=cursors.encode(last.page_cursor))
