"""Page that checks a release's links to other sites when staff ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from releases.admin.action_pages import ActionPages
from releases.publishing import dead_links


class LinkPage(ActionPages):
    """Release admin with a page for its links."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view = self.admin_site.admin_view(never_cache(self.links_page))
        return [path("<int:pk>/links/", view, name="releases_release_links"), *super().get_urls()]

    def links_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the links of the saved text; on POST, ask each of them once."""
        release = self._get_viewable(request, pk)
        texts = [release.body, *(section.body for section in release.sections.all())]
        links = dead_links.web_links(texts)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Links: {release}",
            "original": release,
            "links": links,
            "most": dead_links.MAX_LINKS,
            "answers": dead_links.check_links(links) if request.method == "POST" else None,
            "change_page": reverse("admin:releases_release_change", args=[release.pk]),
        }
        return render(request, "admin/releases/release/links.html", context)
