"""Addresses of public pages."""

from __future__ import annotations

from releases.models import Release, Topic
from releases.web.forms import PAGE_SIZE
from tools.bench import site

MOST = 400  # addresses of one kind
COMMON_WORD = 50  # by frequency, the word that is searched for again


def public_pages() -> dict[str, list[str]]:
    """Return different addresses of each kind of public page."""
    listed = Release.objects.published().newest_first().only("number", "slug", "status")
    releases, words = list(listed[:MOST]), site.frequent_words()
    days = list(listed.order_by().dates("date", "month", order="DESC"))
    pages = [f"/releases/?page={1 + n}" for n in range(-(-listed.count() // PAGE_SIZE))]
    referrers = [f"?utm_source={number}" for number in range(MOST)]
    topics = [topic.get_absolute_url() for topic in Topic.objects.order_by("pk")]
    kinds = {
        "home": ["/", *("/" + referrer for referrer in referrers)],
        "list": ["/releases/", *pages[1:]],
        "list, page 50": pages[49:] or pages[-1:],
        "month": [f"/releases/{day:%Y/%m}/" for day in days],
        "topic": [*topics, *(f"{topic}?year={day:%Y}" for topic in topics for day in days[::12])],
        "release": [release.get_absolute_url() for release in releases],
        "search": [f"/search/?q={word}" for word in [*words[COMMON_WORD:], *words[:COMMON_WORD]]],
        "feed": ["/feeds/releases.atom", *(f"/feeds/releases.atom?to={day}" for day in days)],
        "API list": ["/api/v1/releases/", *(f"/api/v1/releases/?to={day}" for day in days)],
        "API release": [f"/api/v1/releases/{release.number}/" for release in releases],
        "sitemap": ["/sitemap.xml", *("/sitemap.xml" + referrer for referrer in referrers)],
    }
    return {name: addresses[:MOST] for name, addresses in kinds.items()}
