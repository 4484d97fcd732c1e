"""Panel above a release's form: its state, the checklist, and buttons that say their effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from releases import publishing
from releases.admin import image_rows
from releases.admin.action_pages import initial_data
from releases.admin.actions import ACTIONS, MomentForm
from releases.admin.moment_forms import NOW, SCHEDULE
from releases.admin.press_mailings import PressPages
from releases.admin.previews import PreviewLinkPages
from releases.admin.save_and_continue import NextPages
from releases.admin.status import OPEN_STATUSES, describe_status
from releases.admin.typed_text import missing_points, typed_text
from releases.admin.working_copies import WorkingCopies
from releases.content import paragraph_ids
from releases.models import AuditEntry, Release
from releases.publishing.checklist import CheckedText

ACT = "_act"  # name of the buttons that save and act; the value is an action and its effect
MOMENT_ACTIONS = ("approve", "reschedule")
PANEL_ACTIONS = ("submit", *MOMENT_ACTIONS)
NEW = "New release, not saved yet"
WAITS = "A publisher decides when it is published."
# A little more than a release may have: see releases/models/lengths.py.
MAX_CHARACTERS, MAX_LINES = 350_000, 15_000
TOO_LONG = "The text is too long to check."

MAX_PLACES = 500  # paragraphs offered as places of images


@dataclass(frozen=True)
class PanelButton:
    """Button that saves the form and acts: `submit`, `approve now`, `reschedule schedule` …"""

    value: str
    label: str


class PublishPanel(PreviewLinkPages, PressPages, WorkingCopies, NextPages):
    """Release admin whose form says its state and publishes or schedules with one button."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view = self.admin_site.admin_view(require_POST(self.check_typed))
        pages = [
            path("add/checklist/", view, name="releases_release_check_new"),
            path("<int:pk>/checklist/", view, name="releases_release_check"),
        ]
        return [*pages, *super().get_urls()]

    def check_typed(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Return the checklist of what is typed, and the schedule button's label, as JSON."""
        release = self.changeable_release(request, pk)
        try:
            if _is_too_long(request.POST):
                return JsonResponse({"reason": TOO_LONG}, status=413)
            return JsonResponse(_live_answer(request, release))
        except (RequestDataTooBig, TooManyFieldsSent):
            return JsonResponse({"reason": TOO_LONG}, status=413)

    def response_add(self, request: HttpRequest, obj: Release, *args: Any) -> HttpResponse:
        return self._act(request, obj) or super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: Release) -> HttpResponse:
        return self._act(request, obj) or super().response_change(request, obj)

    def _act(self, request: HttpRequest, saved: Release) -> HttpResponse | None:
        """Run the action of the pressed button on the form as just saved."""
        name, _, effect = request.POST.get(ACT, "").partition(" ")
        if name not in PANEL_ACTIONS:
            return None
        release = Release.objects.get(pk=saved.pk)
        sent = request.POST.copy()
        sent["seen"], sent["effect"] = release.updated_at.isoformat(), effect
        return self.run_action(request, release, ACTIONS[name], sent)


def panel(request: HttpRequest, release: Release | None, can_save: bool) -> dict[str, Any]:
    """Return the panel of the form as shown: saved, or as it was typed."""
    is_typed = request.method == "POST"
    text = _text(request, release, is_typed)
    form = _moment_form(request, release, request.POST if is_typed else None)
    buttons = _buttons(request, release, form) if can_save else []
    missing = missing_points(text) if _is_open(release) else []
    is_too_long = is_typed and _is_too_long(request.POST)
    at = form.typed if form else None
    points = [] if is_too_long else publishing.points(text, release, release_at=at)
    # Under embargo the moment is settled: its buttons are not the first thing to press.
    first = 1 if _is_open(release) else 0
    check, keys = ("check", [release.pk]) if release else ("check_new", [])
    return {
        "state": describe_status(release, timezone.now()) if release else NEW,
        "note": _note(request, release, buttons),
        "is_open": _is_open(release),
        "missing": missing,
        "points": points,
        "count": len(missing) + len(points),
        "has_checklist": _has_checklist(release),
        "form": form if buttons and form else None,
        "moment_error": _moment_error(form) if form and is_typed else "",
        "buttons": buttons,
        "primary": buttons[0] if buttons and first else None,
        "others": buttons[first:],
        "acts": ACT,
        "check_url": reverse(f"admin:releases_release_{check}", args=keys),
    }


def presses_moment(request: HttpRequest) -> bool:
    """Return whether the pressed button reads the typed release time itself."""
    return request.POST.get(ACT, "").partition(" ")[0] in MOMENT_ACTIONS


def panel_actions(shown: dict[str, Any]) -> set[str]:
    """Return the names of the actions that the panel's buttons do."""
    return {button.value.partition(" ")[0] for button in shown["buttons"]}


def _is_too_long(post: QueryDict) -> bool:
    """Return whether the posted form has more text than a release may have."""
    texts = list(post.values())
    lines = sum(text.count("\n") for text in texts)
    return sum(map(len, texts)) > MAX_CHARACTERS or lines > MAX_LINES


def _text(request: HttpRequest, release: Release | None, is_typed: bool) -> CheckedText:
    if is_typed or release is None:
        return typed_text(request.POST, release)
    return CheckedText.of(release)


def _is_open(release: Release | None) -> bool:
    return release is None or release.status in OPEN_STATUSES


def _has_checklist(release: Release | None) -> bool:
    return _is_open(release) or (release is not None and release.is_embargoed())


def _moment_form(
    request: HttpRequest, release: Release | None, data: QueryDict | None
) -> MomentForm | None:
    """Return the form of the moment, for who may publish the release now."""
    person: Any = request.user
    if release is None or not _has_checklist(release):
        return None
    name = "approve" if _is_open(release) else "reschedule"
    if not publishing.may(person, ACTIONS[name].audit_action) or _own_work(release, person):
        return None
    form: Any = ACTIONS[name].form(_schedule(data), initial=initial_data(release))
    form.release, form.action_name = release, name
    if data is not None:
        form.is_valid()
    return form


def _schedule(data: QueryDict | None) -> QueryDict | None:
    if data is None:
        return None
    sent = data.copy()
    sent["effect"] = SCHEDULE
    return sent


def _own_work(release: Release, person: Any) -> str:
    """Return why the person may not approve it themselves; "" if they may."""
    if release.status not in OPEN_STATUSES:
        return ""
    return " ".join(
        sentence
        for sentence in publishing.blockers(release, person)
        if sentence not in release.missing_fields().values()
    )


def _buttons(
    request: HttpRequest, release: Release | None, form: MomentForm | None
) -> list[PanelButton]:
    """Return the buttons, the primary one first."""
    is_draft = release is None or release.status == Release.Status.DRAFT
    person: Any = request.user
    may_submit = is_draft and publishing.may(person, AuditEntry.Action.SUBMITTED)
    submit = [PanelButton("submit", "Submit for review")] if may_submit else []
    if form is None:
        return submit
    name = form.action_name  # type: ignore[attr-defined]
    moments = [PanelButton(f"{name} {each.effect}", each.label) for each in form.buttons()]
    # Without a moment yet, publishing is the plain thing to do.
    if not form.named:
        moments.sort(key=lambda button: button.value != f"{name} {NOW}")
    return [*moments, *submit]


def _note(request: HttpRequest, release: Release | None, buttons: list[PanelButton]) -> str:
    if release is None or release.status not in OPEN_STATUSES:
        return ""
    person: Any = request.user
    if publishing.may(person, AuditEntry.Action.APPROVED):
        return _own_work(release, person)
    return "" if buttons else WAITS


def _live_answer(request: HttpRequest, release: Release | None) -> dict[str, Any]:
    text = typed_text(request.POST, release)
    form = _moment_form(request, release, request.POST)
    at = form.typed if form else None
    missing = missing_points(text) if _is_open(release) else []
    points = publishing.points(text, release, release_at=at)
    parts = {"missing": missing, "points": points}
    return {
        "count": len(missing) + len(points),
        "html": render_to_string("admin/releases/release/_checklist.html", {"panel": parts}),
        "schedule": form.buttons()[0].label if form else "",
        "named": form.named if form else "",
        "error": _moment_error(form) if form else "",
        "notes": list(form.notes()) if form else [],
        "paragraphs": _paragraphs(text) if _is_open(release) else None,
    }


def _paragraphs(text: CheckedText) -> list[str]:
    """Return the first words of each paragraph as typed, as places of images."""
    sections = [{"body": body} for name, body in text.sections if name.endswith("-body")]
    texts = paragraph_ids.texts({"body": text.body, "sections": sections})
    return image_rows.excerpts(texts[:MAX_PLACES])


def _moment_error(form: MomentForm) -> str:
    """Return what is wrong with the typed moment, apart from that it is to be confirmed."""
    names = ("release_day", "release_time")
    if form.named or not any(form.data.get(name) for name in names):
        return ""
    return " ".join(str(error) for name in names for error in form.errors.get(name, []))
