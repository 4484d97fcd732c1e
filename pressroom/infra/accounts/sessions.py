"""How long staff stay signed in."""

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
UPDATE_INTERVAL = 60  # seconds: a session is not written for each request


class AdminSessionMiddleware(SessionMiddleware):
    """Sets and deletes the session's cookie in the admin alone: a public answer sets none, whatever
    cookie came with its request."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Django calls it with each answer."""
        if not request.path.startswith("/admin/"):
            return response
        return super().process_response(request, response)


class SessionLimitsMiddleware:
    """Ends a session in the admin SESSION_LONGEST seconds after it began, however busy, and keeps
    it alive while the person works: SESSION_COOKIE_AGE is the time without a request.

    It looks at the admin alone, so that public answers never depend on a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/admin/") and request.user.is_authenticated:
            self.limit(request, int(time.time()))
        response = self.get_response(request)
        if request.path.startswith("/admin/") and request.user.is_authenticated:
            interrupted_posts.set_owner_cookie(request, response)
        return response

    def limit(self, request: HttpRequest, now: int) -> None:
        """Sign out who is signed in for too long, else note that they are here."""
        session = request.session
        if now - session.setdefault(STARTED_KEY, now) > settings.SESSION_LONGEST:
            logout(request)
        elif now - session.get(LAST_SEEN_KEY, 0) > UPDATE_INTERVAL:
            session[LAST_SEEN_KEY] = now
