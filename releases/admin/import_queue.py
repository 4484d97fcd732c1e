"""Queue of imported drafts with import warnings: source next to form, one draft after another."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from releases import publishing
from releases.admin import form_data
from releases.admin.action_pages import action_context
from releases.admin.editor import MarkdownInput
from releases.admin.form_fields import (
    NormalizedTextField,
    TextPreservingForm,
    parse_expected_version,
)
from releases.admin.import_warnings import PREFIX, ImportWarningsForm, other_warning_field
from releases.models import AuditEntry, Release, lengths
from releases.parsing import dates
from releases.parsing.warnings import ParseWarning
from releases.publishing import drafts

Action = AuditEntry.Action
MAX_LINES = 2_000  # of the source shown
MAX_SUGGESTIONS = 4  # for a field
MAX_TITLE = 200  # characters of a suggested title
MAX_SETTLED = 500  # drafts at once
LINE_NUMBER = re.compile(r"\(line (\d{1,6})\)")
REASON = "queue_reason"  # session key
NO_DRAFT = "“{}” is no longer a draft."
FUTURE_DATE = "The printed date is in the future. Save the draft, and schedule it on its own form."
FIELDS = ("title", "date", "dateline", "contact", "language", "body")


@dataclass(frozen=True)
class Suggestion:
    """A value for a field, with the number of its line in the source."""

    field: str
    value: str
    line: int

    @property
    def label(self) -> str:
        return f"Take “{self.value}” as {self.field}"


@dataclass(frozen=True)
class SourceLine:
    """A line of the source as shown."""

    number: int
    text: str
    is_doubtful: bool
    suggestions: tuple[Suggestion, ...]


class QueueForm(ImportWarningsForm, TextPreservingForm):
    """Fields that imports leave in doubt."""

    seen = forms.CharField(widget=forms.HiddenInput)
    body = NormalizedTextField(required=False, widget=MarkdownInput(attrs={"rows": 10}))

    class Meta:
        model = Release
        fields = [*FIELDS]
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "dateline": forms.TextInput(),
            "contact": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.updated_at.isoformat()
        warnings = self.instance.unresolved_warnings()
        self.add_warning_fields(warnings)
        rest = other_warning_field(FIELDS, warnings)
        names = [each for name in FIELDS for each in (PREFIX + name, name)]
        self.order_fields([*rest, *names])

    def clean_seen(self) -> str:
        """Refuse a form that another change has outdated."""
        version = parse_expected_version(self.cleaned_data["seen"])
        if reason := publishing.changed_since(self.instance, version):
            raise forms.ValidationError(reason)
        return self.cleaned_data["seen"]


class ImportQueue(admin.ModelAdmin):
    """Release admin with the queue of imported drafts."""

    def get_urls(self) -> list[URLPattern]:
        view, prefix = self.admin_site.admin_view, "releases_release"
        pages = [
            path("queue/", view(self.queue_start), name=f"{prefix}_queue"),
            path("queue/settle/", view(self.settle_many), name=f"{prefix}_queue_settle"),
            path("queue/<int:pk>/", view(self.queue_page), name=f"{prefix}_queued"),
        ]
        return [*pages, *super().get_urls()]

    def queue_start(self, request: HttpRequest) -> HttpResponse:
        """Open the first draft; say that the queue is empty if there is none."""
        self._require_change(request)
        if first := _next_key(0):
            return HttpResponseRedirect(reverse("admin:releases_release_queued", args=[first]))
        return self._queue_response(request, "queue_empty.html", {"title": "Imported drafts"})

    def queue_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show source and form; on POST, save or publish and open the next draft."""
        self._require_change(request)
        release = get_object_or_404(Release, pk=pk)
        if release.status != Release.Status.DRAFT:
            return self._no_longer_queued(request, release)
        form = QueueForm(instance=release)
        if request.method == "POST":
            form = QueueForm(request.POST, instance=release)
            if taken := request.POST.get("take"):
                form = QueueForm(_with_suggestion(request, taken), instance=release)
            elif self._saved_in_queue(request, pk):
                return self._to_next(pk)
        warnings = release.unresolved_warnings()
        suggestions = suggest(release)
        context = {
            "title": f"Imported draft: {str(release) or 'without a title'}",
            "original": release,
            "form": form,
            "lines": source_lines(release, warnings, suggestions),
            "suggestions": suggestions,
            "groups": [group for group in warning_groups() if group["of"] & _group_keys(warnings)],
            "left": Release.objects.needing_attention().count(),
            "next": _next_key(pk),
            "reason": request.POST.get("override", request.session.get(REASON, "")),
            "may_publish": publishing.may(request.user, Action.APPROVED),  # type: ignore[arg-type]
        }
        return self._queue_response(request, "queue.html", context)

    def _no_longer_queued(self, request: HttpRequest, release: Release) -> HttpResponse:
        """Keep what was typed for a release that is no draft now; open its form, or the queue."""
        is_typed = request.method == "POST" and _differs(request.POST, release)
        self.message_user(request, NO_DRAFT.format(release), messages.WARNING)
        if not (is_typed and self.has_change_permission(request, release)):
            return HttpResponseRedirect(reverse("admin:releases_release_queue"))
        fields, person = form_data.user_input(request.POST), request.user
        copy = drafts.save_copy(person, release, "", fields, timezone.now())  # type: ignore[arg-type]
        address = reverse("admin:releases_release_change", args=[release.pk])
        return HttpResponseRedirect(f"{address}?restore=copy-{copy.pk}")

    def _saved_in_queue(self, request: HttpRequest, pk: int) -> bool:
        """Save, and publish where asked; return False, with a message, if it is refused."""
        reason = request.session[REASON] = request.POST.get("override", "")[: lengths.REASON + 1]
        try:
            with transaction.atomic():
                row = Release.objects.select_for_update().get(pk=pk)
                form = QueueForm(request.POST, instance=row)
                before = row.snapshot()
                if not form.is_valid():
                    return False
                _save(form, before, action_context(request))
                if "publish" in request.POST:
                    _publish(row, reason, action_context(request))
        except (publishing.ActionRefusedError, publishing.ConfirmationRequiredError) as refused:
            self.message_user(request, " ".join(refused.reasons), messages.ERROR)
            return False
        self.message_user(
            request, f"{'Published' if 'publish' in request.POST else 'Saved'}: {row}"
        )
        return True

    def settle_many(self, request: HttpRequest) -> HttpResponse:
        """Settle the same warning of all drafts that have it."""
        self._require_change(request)
        if request.method != "POST":
            raise Http404("Settle warnings from the queue.")
        key, count = request.POST.get("group", ""), 0
        for row in Release.objects.needing_attention().only("pk")[:MAX_SETTLED]:
            count += bool(self._settle(request, row, key))
        self.message_user(request, f"Settled in {count} draft{'s' if count != 1 else ''}.")
        return HttpResponseRedirect(reverse("admin:releases_release_queue"))

    def _settle(self, request: HttpRequest, row: Release, key: str) -> list[ParseWarning]:
        resolved = publishing.resolve_import_warnings(
            row, lambda warning: _group_key(warning) == key, **action_context(request)
        )
        if resolved:
            sentence = "Checked: " + " ".join(warning.message for warning in resolved)
            self.log_change(request, row, sentence)
        return resolved

    def _to_next(self, pk: int) -> HttpResponse:
        following = _next_key(pk)
        if following is None:
            return HttpResponseRedirect(reverse("admin:releases_release_queue"))
        return HttpResponseRedirect(reverse("admin:releases_release_queued", args=[following]))

    def _require_change(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _queue_response(
        self, request: HttpRequest, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return render(request, f"admin/releases/release/{template}", context)


def suggest(release: Release) -> list[Suggestion]:
    """Return lines of the source that may be the missing title or date."""
    lines = [(n, line) for n, line in enumerate(_source(release), 1) if line.strip()]
    found = []
    if not release.title:
        found += [Suggestion("title", _as_title(line), n) for n, line in lines[:MAX_SUGGESTIONS]]
    if release.date is None:
        printed = ((n, date.date) for n, line in lines for date in dates.find(line) if date.date)
        unique = {date.isoformat(): n for n, date in reversed(list(printed))}
        pairs = sorted(unique.items(), key=lambda pair: pair[1])[:MAX_SUGGESTIONS]
        found += [Suggestion("date", value, n) for value, n in pairs]
    return found


def source_lines(
    release: Release, warnings: list[ParseWarning], suggestions: list[Suggestion]
) -> list[SourceLine]:
    """Return the source's lines, those that a warning names marked."""
    named = {int(n) for warning in warnings for n in LINE_NUMBER.findall(warning.message)}
    return [
        SourceLine(n, line, n in named, tuple(s for s in suggestions if s.line == n))
        for n, line in enumerate(_source(release), start=1)
    ]


def warning_groups() -> list[dict[str, Any]]:
    """Return the warnings that several drafts share, with their number."""
    rows = Release.objects.needing_attention().only("import_warnings")[:MAX_SETTLED]
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(_group_keys(row.unresolved_warnings()))
    return [
        {"key": key, "of": {key}, "label": key.split(":", 1)[1], "count": count}
        for key, count in counts.most_common()
        if count > 1 and not key.startswith(("title_missing:", "date_missing:"))
    ]


def _group_key(warning: ParseWarning) -> str:
    # Numbers say where in one source, not what is in doubt.
    words = warning.code if warning.code == "left_out" else warning.message
    text = "Kept in the source only" if words == "left_out" else words
    return f"{warning.code}:{LINE_NUMBER.sub('', text)}"


def _group_keys(warnings: list[ParseWarning]) -> set[str]:
    return {_group_key(warning) for warning in warnings}


def _source(release: Release) -> list[str]:
    """Return the lines of the source; of a JSON record, those of its text."""
    text = release.source_text
    if text.startswith("{"):
        try:
            record = json.loads(text)
        except ValueError:
            record = {}
        text = str(record.get("body") or text) if isinstance(record, dict) else text
    return text.splitlines()[:MAX_LINES]


def _as_title(line: str) -> str:
    line = line.strip()
    sentence = line.split(". ", 1)[0]
    short = sentence if len(sentence) <= MAX_TITLE else sentence[:MAX_TITLE].rpartition(" ")[0]
    return short or line[:MAX_TITLE]


def _with_suggestion(request: HttpRequest, taken: str) -> Any:
    name, _, value = taken.partition(":")
    typed: Any = request.POST.copy()
    if name in ("title", "date"):
        typed[name] = value
    return typed


def _save(form: QueueForm, before: dict[str, Any], context: dict[str, Any]) -> None:
    row: Release = form.instance
    if resolved := form.resolved_warnings():
        row.resolve_warnings(resolved)
        row.edited_by, row.updated_at = context["by"], timezone.now()
    form.save()
    publishing.record_change(row, before=before, **context)


def _publish(row: Release, reason: str, context: dict[str, Any]) -> None:
    """Publish as of the printed day. Raises ActionRefusedError for a day in the future."""
    row.refresh_from_db()
    today = timezone.localdate()
    if row.date and row.date > today:
        raise publishing.ActionRefusedError(FUTURE_DATE)
    at = row.start_of_day() if row.date and row.date < today else None
    publishing.approve(row, at, reason, **context)


def _differs(post: QueryDict, release: Release) -> bool:
    """Return whether a field of the posted form has another text than the release."""
    texts = {name: str(getattr(release, name) or "") for name in FIELDS}
    return any(post.get(name, text).replace("\r\n", "\n") != text for name, text in texts.items())


def _next_key(after: int) -> int | None:
    waiting = Release.objects.needing_attention().order_by("pk").values_list("pk", flat=True)
    return waiting.filter(pk__gt=after).first() or waiting.exclude(pk=after).first()
