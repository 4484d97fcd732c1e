"""What the API is asked by: the parameters of the site's search, and where to go on. What can not
be read is an error, not left out: a program would not see that it was."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from releases.content import cursors
from releases.content.cursors import Cursor
from releases.models import Release
from releases.web.api.problems import ProblemError
from releases.web.forms import SearchForm, VersionForm

CURSOR_PATTERN = cursors.PATTERN  # the place of the last one given
DEFAULT_LIMIT, MAX_LIMIT = 20, 100  # releases on a page


class ApiForm(SearchForm):
    """The query, the filters, and a page of the answer."""

    page = None  # type: ignore[assignment]
    sort = None  # type: ignore[assignment]
    limit = forms.IntegerField(required=False, min_value=1, max_value=MAX_LIMIT)
    cursor = forms.RegexField(rf"^{CURSOR_PATTERN}\Z", required=False)

    @property
    def page_cursor(self) -> Cursor | None:
        """After which release to go on."""
        cursor = self.value("cursor")
        return cursors.decode(cursor) if cursor else None


def read_parameters(parameters: QueryDict) -> ApiForm:
    """The parameters of a list. Raises Problem (400) that names each that can not be read."""
    form = ApiForm(parameters)
    known = {"q", *(form.add_prefix(name) for name in form.fields)}
    errors = {form.add_prefix(name): str(found[0]) for name, found in form.errors.items()}
    _raise_if_any(errors | _parameter_errors(parameters, known))
    return form


def read_version(parameters: QueryDict) -> int | None:
    """The version of a release that is asked for; None: the latest. Raises Problem likewise."""
    form = VersionForm(parameters)
    errors = {name: str(found[0]) for name, found in form.errors.items()}
    _raise_if_any(errors | _parameter_errors(parameters, {"v"}))
    return form.cleaned_data["v"]


def _parameter_errors(parameters: QueryDict, known: set[str]) -> dict[str, str]:
    """What is wrong with each parameter, whatever its value."""
    errors = {}
    for name, values in parameters.lists():
        if name not in known:
            errors[name] = f"There is no such parameter; there are: {', '.join(sorted(known))}."
        elif len(values) > 1:
            errors[name] = "It is given more than once."
        elif not values[0] and name != "q":
            errors[name] = "It is empty: leave it out."
    return errors


def _raise_if_any(errors: dict[str, str]) -> None:
    if errors:
        detail = " ".join(f"{name}: {error}" for name, error in errors.items())
        raise ProblemError(400, "Parameters can not be read", detail, errors=errors)


def next_page_query(form: ApiForm, last: Release) -> str:
    """The query string of the page after that release."""
    return form.address(cursor=cursors.encode(last.page_cursor))
