"""API parameters: those of the site's search, plus `limit` and `cursor`.

Invalid parameters are errors: a program would not notice that one was ignored.
"""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from releases.content import cursors
from releases.content.cursors import Cursor
from releases.models import Release
from releases.web.api.problems import ProblemError
from releases.web.forms import SearchForm, VersionForm

CURSOR_PATTERN = cursors.PATTERN
DEFAULT_LIMIT, MAX_LIMIT = 20, 100  # releases per page


class ApiForm(SearchForm):
    """Query, filters and paging of a list."""

    page = None  # type: ignore[assignment]
    sort = None  # type: ignore[assignment]
    limit = forms.IntegerField(required=False, min_value=1, max_value=MAX_LIMIT)
    cursor = forms.RegexField(rf"^{CURSOR_PATTERN}\Z", required=False)

    @property
    def page_cursor(self) -> Cursor | None:
        """Position of the last release on the previous page."""
        cursor = self.value("cursor")
        return cursors.decode(cursor) if cursor else None


def read_parameters(parameters: QueryDict) -> ApiForm:
    """Read the parameters of a list. Raises ProblemError (400) naming each invalid one."""
    form = ApiForm(parameters)
    known = {"q", *(form.add_prefix(name) for name in form.fields)}
    errors = {form.add_prefix(name): str(found[0]) for name, found in form.errors.items()}
    _raise_if_any(errors | _parameter_errors(parameters, known))
    return form


def read_version(parameters: QueryDict) -> int | None:
    """Read the requested version; None means the latest. Raises ProblemError (400)."""
    form = VersionForm(parameters)
    errors = {name: str(found[0]) for name, found in form.errors.items()}
    _raise_if_any(errors | _parameter_errors(parameters, {"v"}))
    return form.cleaned_data["v"]


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


def _raise_if_any(errors: dict[str, str]) -> None:
    if errors:
        detail = " ".join(f"{name}: {error}" for name, error in errors.items())
        raise ProblemError(400, "Invalid parameters", detail, errors=errors)


def next_page_query(form: ApiForm, last: Release) -> str:
    """Return the query string of the page that starts after the release."""
    return form.address(cursor=cursors.encode(last.page_cursor))
