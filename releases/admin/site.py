"""The admin site of the press office, with its own first page, settings and calendar."""

# Django imports this module when it first needs the site, so nothing here may use `admin.site`.

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_safe

from pressroom.infra import office
from pressroom.infra.accounts.admin_site import StaffSite
from releases.admin import calendar, dashboard, my_settings
from releases.admin.invitation_page import InvitationView
from releases.publishing import waiting

Page = Callable[..., HttpResponse]


class DeskSite(StaffSite):
    """Staff site that shows each person what waits for them."""

    index_title = "Your desk"

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # Counted only by the templates that show it.
        named = f"Pressroom – {office.current().name}"
        return {
            **super().each_context(request),
            **dict.fromkeys(("site_title", "site_header"), named),
            "waiting_count": partial(_waiting_count, request),
        }

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        assert isinstance(request.user, User)
        return super().index(request, {**dashboard.context(request.user), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        return dashboard.sort_apps(super().get_app_list(request, app_label))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        # Before Django's, which end with a catch-all.
        feed = never_cache(require_safe(calendar.feed))
        invitation = never_cache(csrf_protect(InvitationView.as_view(site=self)))
        return [
            # Without a session: the link is the key.
            path("invitation/<str:uidb64>/<str:token>/", invitation, name="invitation"),
            path("my-settings/", self._page(my_settings.page), name="my-settings"),
            path("calendar/", self._page(calendar.page), name="calendar"),
            path(
                "calendar/<int:year>/<int:month>/", self._page(calendar.page), name="calendar-month"
            ),
            # Calendar programs have no session: the secret address is the key.
            path("calendar/<str:token>.ics", feed, name="calendar-feed"),
            *super().get_urls(),
        ]

    def _page(self, view: Page) -> Callable[..., HttpResponseBase]:
        """Return the view for staff who are signed in; it takes the admin's context, too."""

        @wraps(view)
        def shown(request: HttpRequest, **arguments: Any) -> HttpResponse:
            return view(request, self.each_context(request), **arguments)

        return self.admin_view(shown)


def _waiting_count(request: HttpRequest) -> int:
    return waiting.count(request.user) if isinstance(request.user, User) else 0
