"""Unsaved text and earlier states of drafts, kept to be restored into a release's form."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import transaction
from django.forms.utils import ErrorDict, ErrorList
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateformat import format as format_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pressroom.infra.accounts import interrupted_files, interrupted_posts
from releases.admin import form_data
from releases.content import diffing
from releases.models import DraftState, Release, WorkingCopy
from releases.publishing import drafts

SIGNED_OUT = "You were signed out before this was saved. Your text is still here. Save it now."
SENT_BEFORE = "You already sent this form. This is the draft it created."
SENT_BEFORE_AND_DELETED = "You already sent this form. The draft it created has been deleted."
DELETED = (
    "This release has been deleted, so your changes could not be saved in it. Save them below as a "
    "new draft."
)
NO_LONGER_KEPT = (
    "That text is no longer available. It was saved or discarded, or is more than two weeks old."
)
RESTORED = "This is the text from {}. Nothing has been saved yet. Save it to keep it."


@dataclass(frozen=True)
class UnsavedForm:
    """Form to show again, with its files and a sentence that says why."""

    form: QueryDict
    sentence: str
    files: interrupted_files.Files = field(default_factory=MultiValueDict)


class WorkingCopies(admin.ModelAdmin):
    """Release admin that keeps unsaved text and restores it."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view = self.admin_site.admin_view
        keep, discard = require_POST(self.keep_copy), require_POST(self.discard_copy)
        pages = [
            path("add/working-copy/", view(keep), name="releases_release_keep_new"),
            path("add/working-copy/discard/", view(discard), name="releases_release_discard_new"),
            path("<int:pk>/working-copy/", view(keep), name="releases_release_keep"),
            path("<int:pk>/working-copy/discard/", view(discard), name="releases_release_discard"),
            path(
                "<int:pk>/earlier/",
                view(never_cache(self.earlier_states)),
                name="releases_release_earlier",
            ),
        ]
        return [*pages, *super().get_urls()]

    @interrupted_posts.handles_interrupted_posts
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The form's token is in its URL, so that going back to a sent form finds its draft.
        token = drafts.token_in(request.GET)
        if request.method == "GET" and not token:
            query = request.GET.copy()
            query["form_token"] = drafts.new_token()
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        if request.method == "GET" and drafts.was_sent(_user(request), token):
            return self.response_sent_before(request, drafts.draft_made_by(_user(request), token))
        return super().add_view(request, *args, **kwargs)

    @interrupted_posts.handles_interrupted_posts
    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        is_sent = request.method == "POST" and self.has_add_permission(request)
        if is_sent and self.get_object(request, unquote(object_id)) is None:
            with suppress(drafts.TooLargeError):
                return self._offer_as_new(request)
        return super().change_view(request, object_id, *args, **kwargs)

    def _offer_as_new(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the form of a new release with what was sent. Raises TooLargeError."""
        token = drafts.new_token()
        fields = [pair for pair in form_data.user_input(request.POST) if pair[0] != "seen"]
        copy = drafts.save_copy(_user(request), None, token, fields, timezone.now())
        self.message_user(request, DELETED, messages.WARNING)
        query = QueryDict(mutable=True)
        query.update({"form_token": token, "restore": f"copy-{copy.pk}"})
        return HttpResponseRedirect(f"{_form_address(None)}?{query.urlencode()}")

    def keep_copy(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Store the form's content; return the time as JSON."""
        release = self.changeable_release(request, pk)
        try:
            fields = form_data.user_input(request.POST)
            token = drafts.token_in(request.POST)
            if release is None and not token:
                return JsonResponse({"reason": "The form has no token."}, status=400)
            copy = drafts.save_copy(_user(request), release, token, fields, timezone.now())
        except (drafts.TooLargeError, RequestDataTooBig, TooManyFieldsSent):
            return JsonResponse({"reason": "The text is too long."}, status=413)
        except drafts.TooOftenError:
            return JsonResponse({"reason": "Too many requests."}, status=429)
        return JsonResponse({"at": format_date(timezone.localtime(copy.at), "P")})

    def discard_copy(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Delete the person's unsaved text and redirect to the form as saved."""
        release = self.changeable_release(request, pk)
        drafts.discard(_user(request), release, drafts.token_in(request.POST))
        return HttpResponseRedirect(_form_address(release))

    def earlier_states(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List earlier states and the person's unsaved text, one of them compared."""
        release = self.changeable_release(request, pk)
        assert release is not None
        states = list(release.draft_states.select_related("by"))
        copies = list(drafts.copies(_user(request), release))
        chosen = request.GET.get("compare", "")
        form = self._find_unsaved(request, release, chosen)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Earlier drafts: {release}",
            "original": release,
            "states": states,
            "copies": copies,
            "chosen": chosen,
            "changes": form and _compare(release, form.form),
        }
        return render(request, "admin/releases/release/earlier_drafts.html", context)

    def response_sent_before(self, request: HttpRequest, release: Release | None) -> HttpResponse:
        """Redirect to the draft that the form created when it was first sent."""
        if release is None:
            self.message_user(request, SENT_BEFORE_AND_DELETED, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:releases_release_changelist"))
        self.message_user(request, SENT_BEFORE, messages.WARNING)
        return HttpResponseRedirect(_form_address(release))

    def unsaved(self, request: HttpRequest, object_id: str | None) -> UnsavedForm | None:
        """Return the text to show instead of the saved one, if any."""
        held, name = (
            interrupted_posts.stored_post(request, form_action(request)),
            request.GET.get("restore", ""),
        )
        if held is None and not name:
            return None
        release = self.get_object(request, object_id) if object_id else None
        if object_id and not (release and self.has_change_permission(request, release)):
            return None
        if held is not None:
            return _as_sent(request, held, release)
        chosen = self._find_unsaved(request, release, name)
        if chosen is None:
            self.message_user(request, NO_LONGER_KEPT, messages.WARNING)
        return chosen

    def _find_unsaved(
        self, request: HttpRequest, release: Release | None, name: str
    ) -> UnsavedForm | None:
        """Return the working copy named like "copy-12" or the draft state like "state-12"."""
        kind, _, key = name.partition("-")
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return None
        if kind == "copy":
            own = WorkingCopy.objects.filter(by=_user(request), release=release, pk=key)
            return next((_from_copy(copy, release) for copy in own), None)
        if kind == "state" and release:
            states = release.draft_states.filter(pk=key)
            return next((_from_state(state, release) for state in states), None)
        return None

    def changeable_release(self, request: HttpRequest, pk: int | None) -> Release | None:
        """Return the release; None for a new one. Raises Http404 and PermissionDenied."""
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        if not self.has_change_permission(request):
            raise PermissionDenied
        release = Release.objects.filter(pk=pk).first() if pk < 2**63 else None
        if release is None:
            raise Http404("There is no such release.")
        if not self.has_change_permission(request, release):
            raise PermissionDenied
        return release


def _as_sent(request: HttpRequest, held: QueryDict, release: Release | None) -> UnsavedForm:
    """Return a form sent after the session ended, with its files in their rows."""
    handle = held.get(interrupted_files.HANDLE, "")
    files = interrupted_files.take_back(request, handle, form_action(request))
    form, fitted = form_data.fitted_with_files(held, files, release)
    lost = [] if files else held.getlist(interrupted_posts.FILES_FIELD)
    return UnsavedForm(form, _signed_out_message(lost), fitted)


def _from_copy(copy: WorkingCopy, release: Release | None) -> UnsavedForm:
    form = form_data.fit_to_release(form_data.to_querydict(copy.fields), release)
    return UnsavedForm(form, RESTORED.format(_format_moment(copy.at)))


def _from_state(state: DraftState, release: Release) -> UnsavedForm:
    form = form_data.form_from_snapshot(state.snapshot, release)
    return UnsavedForm(form, RESTORED.format(_format_moment(state.at)))


def _signed_out_message(files: list[str]) -> str:
    again = f" Your files could not be kept. Choose {', '.join(files)} again." if files else ""
    return f"{SIGNED_OUT}{again}"


def form_action(request: HttpRequest) -> str:
    """Return the form's URL without the parameters that choose what it shows."""
    query = request.GET.copy()
    for name in ("form_token", "restore", "image", "of"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def show_unsaved(request: HttpRequest, unsaved: UnsavedForm) -> None:
    """Make the request a POST of the unsaved form, with a refusal so that it is not saved."""
    interrupted_files.put(request, unsaved.files)  # first, because it reads the request
    request.method = "POST"
    request.POST = unsaved.form  # type: ignore[assignment]
    request.attempt = (unsaved.sentence,), {}  # type: ignore[attr-defined]
    request.unsaved = unsaved  # type: ignore[attr-defined]


def add_context(request: HttpRequest, context: dict[str, Any], release: Release | None) -> None:
    """Add unsaved text and the URLs that keep and discard it to the page's context."""
    shown: UnsavedForm | None = getattr(request, "unsaved", None)
    if shown:
        _clear_errors(context)
    waiting = [] if request.method == "POST" else drafts.latest_copies(_user(request), release)
    keep, discard = ("keep", "discard") if release else ("keep_new", "discard_new")
    arguments = [release.pk] if release else []
    is_held = interrupted_posts.stored_post(request, form_action(request)) is not None
    context |= {
        "shown": shown.sentence if shown else "",
        "unsaved": waiting,
        "discards_held": interrupted_posts.DISCARD_BUTTON if is_held else "",
        "form_action": form_action(request),
        "is_unsaved": request.method == "POST",
        "keep_url": reverse(f"admin:releases_release_{keep}", args=arguments),
        "discard_url": reverse(f"admin:releases_release_{discard}", args=arguments),
    }


def record_save(request: HttpRequest, form: Any) -> None:
    """Discard the working copy of a form saved in this transaction, and record its draft state.

    Raises drafts.AlreadySentError if the form has already created a draft.
    """
    release, at, user = form.instance, timezone.now(), _user(request)
    token = drafts.token_in(form.data)
    if form.before is None:
        drafts.record_sent_form(user, token, release, at)
    drafts.discard(user, None if form.before is None else release, token)
    drafts.record_draft_state(release, form.before and form.before.snapshot, user, at)


def _clear_errors(context: dict[str, Any]) -> None:
    # A form that is only shown again has no errors yet, except for files that were refused.
    context["errors"] = []
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        inline.formset._non_form_errors = ErrorList()
        forms += inline.formset.forms
    for form in forms:
        of_files = {name for name in form.errors if form.add_prefix(name) in form.files}
        form._errors = ErrorDict({name: form.errors[name] for name in of_files})


@transaction.atomic
def create_once(request: HttpRequest, create: Callable[[], Release]) -> Release:
    """Create a draft, once for each form. Raises AlreadySentError."""
    user, token = _user(request), drafts.token_in(request.POST)
    if token and drafts.was_sent(user, token):
        raise drafts.AlreadySentError(drafts.draft_made_by(user, token))
    draft = create()
    drafts.record_sent_form(user, token, draft, timezone.now())
    return draft


def _compare(release: Release, form: QueryDict) -> list[diffing.Change]:
    return diffing.compare(release.snapshot(), form_data.snapshot_from_form(form, release))


def _format_moment(at: Any) -> str:
    return format_date(timezone.localtime(at), "F j, P")


def _form_address(release: Release | None) -> str:
    return change_page(release.pk if release else None)


def change_page(key: int | None) -> str:
    """Return the URL of a release's form, or of that of a new one."""
    if key is None:
        return reverse("admin:releases_release_add")
    return reverse("admin:releases_release_change", args=[key])


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin requires sign-in
    return request.user
