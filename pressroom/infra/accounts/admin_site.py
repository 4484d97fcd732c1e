"""Admin site with a second factor and resumable forms."""

from __future__ import annotations

import logging
import re
from base64 import b32encode
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, URLPattern, URLResolver, path, reverse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_safe

from pressroom.infra.accounts import (
    interrupted_files,
    interrupted_posts,
    resumed_forms,
    second_factor,
)
from pressroom.infra.accounts.forms import CodeForm, SignInForm

logger = logging.getLogger("pressroom.infra.accounts")

PRIMARY_KEY = re.compile(r"[0-9]{1,18}")  # fits into a bigint
View = TypeVar("View", bound=Callable[..., Any])

NO_PUBLIC_PAGE = "It has no public page yet."
WRONG_CODE = "That code is wrong. Enter the one that your app shows now."


class StaffSite(AdminSite):
    """Admin for staff who passed the second factor, if they have one or it is required."""

    site_header = site_title = "Pressroom"
    index_title = "Administration"
    login_form = SignInForm
    login_template = "admin/sign_in.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may open the page; everyone on the staff may sign out."""
        if not super().has_permission(request):
            return False
        return second_factor.may_use_admin(request.user) or request.path == reverse("admin:logout")

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign in, and redirect users who must set up a second factor to its page."""
        if (
            request.method == "GET"
            and self._may_set_up(request)
            and not self.has_permission(request)
        ):
            return HttpResponseRedirect(reverse("admin:second-factor"))
        following = request.GET.get("next") or request.POST.get("next", "")
        kept = {"is_text_kept": interrupted_posts.has_stored_post(request, following)}
        response = super().login(request, {**kept, **(extra_context or {})})
        if request.method == "POST":
            interrupted_posts.discard_others(request)
            _log_sign_in(request, response)
        return response

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Keep a form posted after a sign-out, and show it again after the next sign-in."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def resumable(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_post = request.method == "POST"
            if not self.has_permission(request):
                if is_post and request.path != reverse("admin:logout"):
                    interrupted_posts.store(request)
                return guarded(request, *args, **kwargs)
            if is_post and _is_discard(request):
                interrupted_posts.discard(request)
                return HttpResponseRedirect(request.get_full_path())
            # A view that is exempt from CSRF checks reads the request after its own checks.
            if is_post and not getattr(view, "csrf_exempt", False):
                interrupted_files.rejoin(request)
            shows_it = getattr(view, "handles_interrupted_posts", False)
            fields = None if is_post or shows_it else interrupted_posts.stored_post(request)
            if fields is not None:
                return resumed_forms.interrupted_form(request, fields)
            response = guarded(request, *args, **kwargs)
            if is_post and response.status_code < HTTPStatus.BAD_REQUEST:
                interrupted_posts.discard(request)
            return response

        return cast(View, resumable)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        # Before Django's, which end with a catch-all.
        pages: list[URLPattern] = [
            path("second-factor/", never_cache(csrf_protect(self.second_factor))),
            path("second-factor/qr.svg", never_cache(require_safe(self.qr_code))),
        ]
        for page, name in zip(pages, ("second-factor", "second-factor-qr"), strict=True):
            page.name = name
        shown = path(
            "r/<path:content_type_id>/<path:object_id>/",
            self.admin_view(self.public_page),
            name="view_on_site",
        )
        return [*pages, shown, *super().get_urls()]

    def public_page(
        self, request: HttpRequest, content_type_id: str, object_id: str
    ) -> HttpResponseBase:
        """Redirect to a row's public URL. Raises PermissionDenied: the URL may reveal the title."""
        kinds = ContentType.objects.filter(
            pk=content_type_id if PRIMARY_KEY.fullmatch(content_type_id) else 0
        )
        model = get_object_or_404(kinds).model_class()
        if model is None or not PRIMARY_KEY.fullmatch(object_id) or not self.is_registered(model):
            raise Http404("There is no such page.")
        if not self.get_model_admin(model).has_view_permission(request):
            raise PermissionDenied
        try:
            row = model._default_manager.filter(pk=object_id).first()
            if row and self.get_model_admin(model).get_view_on_site_url(row) is None:
                raise NoReverseMatch(NO_PUBLIC_PAGE)
            return shortcut(request, content_type_id, object_id)
        except NoReverseMatch:
            messages.info(request, NO_PUBLIC_PAGE)
            opts = model._meta
            name = f"admin:{opts.app_label}_{opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[object_id]))

    def second_factor(self, request: HttpRequest) -> HttpResponseBase:
        """Set up the second factor, get new recovery codes, or turn it off."""
        if not self._may_set_up(request):
            login = reverse("admin:login")
            return HttpResponseRedirect(f"{login}?next={reverse('admin:second-factor')}")
        context: dict[str, Any] = {}
        if request.method == "POST":
            action = ACTIONS.get(request.POST.get("action", ""))
            if action is None:
                raise Http404("There is no such action.")
            context = dict(action(request, _user(request)))
        return render(
            request,
            "admin/second_factor.html",
            {
                **self.each_context(request),
                "has_permission": True,  # shows the button to log out
                **_second_factor_status(_user(request)),
                "resumable_paths": list(interrupted_posts.resumable_paths(request)),
                **context,
            },
        )

    def qr_code(self, request: HttpRequest) -> HttpResponse:
        """Return the pending secret as a QR code (SVG) for the authenticator app."""
        device = second_factor.pending_device(_user(request)) if self._may_set_up(request) else None
        if device is None:
            raise Http404("No setup is pending.")
        code = import_string("segno.make")(device.config_url)  # takes a megabyte
        image: str = code.svg_inline(scale=5, border=4, light="white")
        image = image.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return HttpResponse(image, content_type="image/svg+xml")

    def _may_set_up(self, request: HttpRequest) -> bool:
        """Return whether the user may change their second factor.

        Users who have one need more than the password.
        """
        user = request.user
        if not (isinstance(user, User) and super().has_permission(request)):
            return False
        return second_factor.may_use_admin(user) or not second_factor.is_set_up(user)


def _begin(request: HttpRequest, user: User) -> Mapping[str, Any]:
    if not second_factor.is_set_up(user):
        second_factor.start_setup(user)
    return {}


def _finish(request: HttpRequest, user: User) -> Mapping[str, Any]:
    device = second_factor.pending_device(user)
    codes = second_factor.finish_setup(request, device, _code(request)) if device else []
    return {"codes": codes} if codes else {"wrong": WRONG_CODE}


def _renew_recovery_codes(request: HttpRequest, user: User) -> Mapping[str, Any]:
    if not second_factor.verify(user, _code(request)):
        return {"wrong": WRONG_CODE}
    return {"codes": second_factor.new_recovery_codes(user)}


def _turn_off(request: HttpRequest, user: User) -> Mapping[str, Any]:
    if second_factor.is_required(user):
        return {"wrong": "Your account must have a second factor. You cannot turn it off."}
    if not second_factor.verify(user, _code(request)):
        return {"wrong": WRONG_CODE}
    second_factor.turn_off(user)
    messages.success(request, "Second factor turned off. You now sign in with your password only.")
    return {}


def _log_sign_in(request: HttpRequest, response: HttpResponse) -> None:
    # No usernames: people type passwords into the wrong field.
    if response.status_code == HTTPStatus.FOUND:
        logger.info("Account %s signed in.", request.user.pk)
    else:
        logger.warning("A sign-in was refused.")


def _is_discard(request: HttpRequest) -> bool:
    """Return whether the discard button was pressed."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    return length < 10_000 and interrupted_posts.DISCARD_BUTTON in request.POST


ACTIONS = {
    "begin": _begin,
    "finish": _finish,
    "renew": _renew_recovery_codes,
    "turn-off": _turn_off,
}


def _code(request: HttpRequest) -> str:
    """Return the posted code; "" if it is invalid."""
    form = CodeForm(request.POST)
    return form.cleaned_data["code"] if form.is_valid() else ""


def _second_factor_status(user: User) -> dict[str, Any]:
    """Return template context for the page of the second factor."""
    device = second_factor.pending_device(user)
    return {
        "title": "Second factor",
        "is_set_up": second_factor.is_set_up(user),
        "is_required": second_factor.is_required(user),
        "pending": device,
        "secret": b32encode(device.bin_key).decode() if device else "",
        "left": second_factor.recovery_codes_left(user),
    }


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
