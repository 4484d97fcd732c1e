"""Pages of an import in the background: progress, rehearsal, outcome, and its steps."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.utils import timezone

from releases.admin import import_outcomes
from releases.admin.action_pages import action_context
from releases.importing import tables
from releases.models import ImportRun
from releases.publishing import ActionRefusedError, import_runs

State = ImportRun.State
# Long enough for a worker that looks every second.
LATE_AFTER = datetime.timedelta(seconds=30)
FIELD_CHOICES = [
    ("", "– not read –"),
    *((name, name) for name in ("title", "subtitle", "date", "contact", "dateline", "body")),
    *((name, name) for name in ("language", "topics", "url", "source", "id")),
]


class DateOrderForm(forms.Form):
    """Order of day and month in dates such as 03/04/2012."""

    dates = forms.ChoiceField(
        label="Dates such as 03/04/2012",
        required=False,
        choices=[("", "do not guess"), *tables.DATE_ORDERS.items()],
    )


class ColumnsForm(forms.Form):
    """Field of each column of one table."""

    def __init__(self, table: Mapping[str, Any], data: Any = None) -> None:
        super().__init__(data, prefix=table["key"])
        self.table = table
        for number, (name, read_as) in enumerate(table["columns"]):
            self.fields[str(number)] = forms.ChoiceField(
                label=name or f"Column {number + 1}",
                required=False,
                choices=FIELD_CHOICES,
                initial=read_as,
            )

    def clean(self) -> dict[str, Any]:
        """Refuse one field for two columns."""
        cleaned = super().clean() or {}
        chosen = list(filter(None, cleaned.values()))
        for name in {name for name in chosen if chosen.count(name) > 1}:
            raise forms.ValidationError(f"Choose {name} for one column only.")
        return cleaned

    def mapping(self) -> dict[str, str]:
        """Return the field of each column by its folded name. The form must be valid."""
        names = [name for name, _ in self.table["columns"]]
        return {
            tables.fold(name): self.cleaned_data[str(number)] for number, name in enumerate(names)
        }


class ImportRunPages(admin.ModelAdmin):
    """A page for each import of a person, and its steps."""

    def run_page(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the state of one of the person's imports."""
        return self._show_run(request, self._get_run(request, token))

    def run_step(self, request: HttpRequest, token: str, name: str) -> HttpResponse:
        """Take a step, or say why it is refused; whoever signs in again takes it once more."""
        run = self._get_run(request, token)
        step = STEPS.get(name)
        if step is None:
            raise Http404("There is no such step.")
        if request.method != "POST":
            return redirect("admin:releases_release_import_run", token)
        try:
            answer = step(self, request, run)
        except ActionRefusedError as refused:
            self.message_user(request, str(refused), messages.ERROR)
            answer = None
        return answer or redirect("admin:releases_release_import_run", token)

    def _get_run(self, request: HttpRequest, token: str) -> ImportRun:
        may = (self.has_view_permission, self.has_add_permission, self.has_change_permission)
        if not all(check(request) for check in may):
            raise PermissionDenied
        assert isinstance(request.user, User)
        run = import_runs.find(request.user, token)
        if run is None:
            raise Http404("You have no such import.")
        return run

    def _show_run(
        self, request: HttpRequest, run: ImportRun, asked: tuple[Any, ...] = ()
    ) -> HttpResponse:
        context: dict[str, Any] = {"run": run, "is_late": _is_late(run)}
        if run.state == State.REHEARSED:
            dates, columns = asked or _forms(run)
            context |= {**_rehearsal(run), "dates": dates, "columns": columns}
        elif not run.is_running:
            context |= import_outcomes.described(run)
        return self._page(request, "run", title=str(run), **context)

    def _map_run(self, request: HttpRequest, run: ImportRun) -> HttpResponse | None:
        dates, columns = _forms(run, request.POST)
        faulty = [form for form in (dates, *columns) if not form.is_valid()]
        if faulty:
            return self._show_run(request, run, (dates, columns))
        mapped = {form.table["key"]: form.mapping() for form in columns}
        options = {
            "dates": dates.cleaned_data["dates"],
            "columns": {**run.options.get("columns", {}), **mapped},
        }
        import_runs.read_again(run, options)
        return None

    def _start_run(self, request: HttpRequest, run: ImportRun) -> None:
        import_runs.start(run)

    def _cancel_run(self, request: HttpRequest, run: ImportRun) -> None:
        import_runs.cancel(run, timezone.now())

    def _take_back_run(self, request: HttpRequest, run: ImportRun) -> None:
        deleted = import_runs.take_back(run, **action_context(request))
        words = f"{deleted} draft{pluralize(deleted)} deleted: the import is taken back."
        self.message_user(request, words, messages.SUCCESS)

    def _page(
        self, request: HttpRequest, name: str, status: int = 200, **context: Any
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        template = f"admin/releases/release/import_{name}.html"
        title = {"title": "Import releases"}
        return TemplateResponse(request, template, {**shared, **title, **context}, status=status)


STEPS = {
    "map": ImportRunPages._map_run,
    "start": ImportRunPages._start_run,
    "cancel": ImportRunPages._cancel_run,
    "take-back": ImportRunPages._take_back_run,
}


def _forms(run: ImportRun, data: Any = None) -> tuple[DateOrderForm, list[ColumnsForm]]:
    orders = run.options.get("orders", {}).values()
    dates = DateOrderForm(data, initial={"dates": next(filter(None, orders), ""), **run.options})
    return dates, [ColumnsForm(table, data) for table in (run.rehearsal or {}).get("tables", ())]


def _is_late(run: ImportRun) -> bool:
    """Return whether no worker has begun the run."""
    is_new = run.heartbeat_at is None and run.done == 0
    return run.is_running and is_new and timezone.now() - run.at > LATE_AFTER


def _rehearsal(run: ImportRun) -> dict[str, Any]:
    found = run.rehearsal or {}
    counts = found.get("counts", {})
    rows = [
        {
            **row,
            "outcome": import_outcomes.REHEARSED[row["outcome"]],
            "embargo": row["embargo"] and datetime.datetime.fromisoformat(row["embargo"]),
        }
        for row in found.get("rows", ())
    ]
    return {
        "rows": rows,
        "problems": found.get("problems", ()),
        "unread": found.get("unread", ()),
        "summary": import_outcomes.summarize(counts, import_outcomes.REHEARSED),
        "importable": counts.get("draft", 0) + counts.get("updated", 0),
        "updated": counts.get("updated", 0),
    }
