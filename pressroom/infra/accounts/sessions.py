"""Middleware for sessions that exist only in the admin and end after a limited time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase

from pressroom.infra.accounts import interrupted_posts

STARTED_KEY, LAST_SEEN_KEY = "signed_in_at", "seen_at"  # in the session, seconds since 1970
UPDATE_INTERVAL = 60  # seconds between two writes of a session


class AdminSessionMiddleware(SessionMiddleware):
    """Set and delete the cookies of sessions and forms only in the admin, so public responses never
    have one."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not request.path.startswith(settings.ADMIN_PATH):
            # Django replaces a malformed CSRF cookie on every page.
            response.cookies.pop(settings.CSRF_COOKIE_NAME, None)
            _free(request)
            return response
        return super().process_response(request, response)


def _free(request: HttpRequest) -> None:
    """Drop what refers back to the request, which would wait for the cyclic collector."""
    for name in ("user", "auser", "_messages"):
        vars(request).pop(name, None)


class SessionLimitsMiddleware:
    """End an admin session SESSION_LONGEST seconds after sign-in, even if active.

    Each request extends it by SESSION_COOKIE_AGE seconds until then. Other paths are left alone:
    public responses must not depend on a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.ADMIN_PATH) and request.user.is_authenticated:
            self.limit(request, int(time.time()))
        response = self.get_response(request)
        if request.path.startswith(settings.ADMIN_PATH) and request.user.is_authenticated:
            interrupted_posts.set_owner_cookie(request, response)
        return response

    def limit(self, request: HttpRequest, now: int) -> None:
        """Sign the user out after SESSION_LONGEST seconds, else record the activity."""
        session = request.session
        if now - session.setdefault(STARTED_KEY, now) > settings.SESSION_LONGEST:
            logout(request)
        elif now - session.get(LAST_SEEN_KEY, 0) > UPDATE_INTERVAL:
            session[LAST_SEEN_KEY] = now
