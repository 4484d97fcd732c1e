"""Addresses of the import pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


class ImportAddresses(admin.ModelAdmin):
    """Admin with the addresses of the import pages.

    The first request for one imports the pages. What reads files takes megabytes, and most
    processes of a site never need it.
    """

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, whose pattern for a release matches these too.
        pages = (
            # Exempt until measured: reading a too large request for its CSRF token raises an error.
            ("import/", csrf_exempt(self._opens("upload_page")), "import"),
            ("import/draft/", csrf_exempt(self._opens("draft_page")), "import_draft"),
            (
                "import/run/<slug:token>/",
                never_cache(require_safe(self._opens("run_page"))),
                "import_run",
            ),
            ("import/run/<slug:token>/<slug:name>/", self._opens("run_step"), "import_step"),
        )
        return [
            *(
                path(route, self.admin_site.admin_view(view), name=f"releases_release_{name}")
                for route, view, name in pages
            ),
            *super().get_urls(),
        ]

    def _opens(self, page: str) -> Any:
        """Return a view of the page."""

        def opened(request: HttpRequest, **arguments: str) -> HttpResponseBase:
            pages = import_string("releases.admin.imports.ImportAdmin")
            answer: HttpResponseBase = getattr(pages(self.model, self.admin_site), page)(
                request, **arguments
            )
            return answer

        return opened
