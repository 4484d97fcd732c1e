"""URLs of the public site."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path, register_converter

from releases.web import conventional_urls, feeds
from releases.web.api import corrections as api_corrections
from releases.web.api import views as api
from releases.web.converters import CONVERTERS
from releases.web.http_caching import cached_listing, cached_page, sets_own_caching
from releases.web.sitemaps import NewsSitemap, PageSitemap, ReleaseSitemap, at_origin
from releases.web.views import (
    about,
    alerts,
    corrections,
    data,
    health,
    home,
    media,
    oembed,
    preview,
    robots,
    search,
    topics,
    unapi,
    well_known,
)
from releases.web.views.releases import (
    card,
    cite,
    event,
    kit,
    lists,
    page,
    paragraph,
    renditions,
    versions,
)

SITEMAPS = {"releases": ReleaseSitemap, "pages": PageSitemap}

for name, converter in CONVERTERS.items():
    register_converter(converter, name)

# Pages, each also in Spanish under /es/.
page_urls = [
    path("", cached_listing(home.home), name="home"),
    path("releases/", cached_listing(lists.listing), name="listing"),
    path("releases/timeline/", cached_listing(lists.timeline), name="timeline"),
    path("releases/<year:year>/", cached_listing(lists.archive), name="archive-year"),
    path("releases/<year:year>/<two:month>/", cached_listing(lists.archive), name="archive-month"),
    path(
        "releases/<year:year>/<two:month>/<two:day>/",
        cached_listing(lists.archive),
        name="archive-day",
    ),
    path("releases/<number:number>/", page.by_number, name="release-by-number"),
    # A release's slug is never one of these words or a paragraph: see releases/content/slugs.py.
    path("releases/<number:number>/cite/", cached_page(cite.page), name="cite"),
    path("releases/<number:number>/versions/", cached_page(versions.history), name="versions"),
    path(
        "releases/<number:number>/versions/<version:version>/",
        cached_page(versions.version),
        name="version",
    ),
    path(
        "releases/<number:number>/versions/<versions:pair>/",
        cached_page(versions.comparison),
        name="comparison",
    ),
    path(
        "releases/<number:number>/<paragraph:paragraph>/", cached_page(paragraph.page), name="quote"
    ),
    path("releases/<number:number>/<slug:slug>/", cached_page(page.page), name="release"),
    path("preview/<token:token>/", preview.page, name="preview"),
    path("about/", cached_listing(about.archive), name="about"),
    path("about/accessibility/", cached_listing(about.accessibility), name="accessibility"),
    path("about/citing/", cached_listing(about.citing), name="citing"),
    path("about/journalists/", cached_listing(about.journalists), name="journalists"),
    path("alerts/", cached_listing(alerts.page), name="alerts"),
    path("alerts/new/", alerts.new, name="alerts-new"),
    path("alerts/sent/", cached_listing(alerts.sent), name="alerts-sent"),
    path("corrections/", cached_listing(corrections.log), name="corrections"),
    path("data/", cached_listing(data.page), name="data"),
    path("search/", cached_listing(search.page), name="search"),
    path("search/suggestions/", cached_listing(search.suggestions), name="suggestions"),
    path("search/help/", cached_listing(search.help_page), name="search-help"),
    path("search/ranking/", cached_listing(search.ranking), name="search-ranking"),
    path("api/v1/docs", cached_listing(api.docs), name="api-docs"),
    path("topics/", cached_listing(topics.topics), name="topics"),
    path("topics/<slug:slug>/", cached_listing(topics.topic), name="topic"),
]

# Files, feeds, API and other URLs without a language.
machine_urls = [
    path(
        "releases/<number:number>.<suffix:suffix>",
        sets_own_caching(renditions.rendition),
        name="rendition",
    ),
    path("releases/<number:number>/card.png", card.card, name="card"),
    path("releases/<number:number>/card.jpg", card.lead_card, name="lead-card"),
    path("releases/<number:number>/kit.zip", kit.kit, name="kit"),
    path("releases/<number:number>/event.ics", event.calendar, name="event"),
    path("media/images/<key:key>/<file:name>", media.image, name="image"),
    path("media/seal/<key:key>/<file:name>", media.seal, name="seal"),
    path("media/colors/<color:digits>.css", media.colors_of_office, name="office-colors"),
    path("media/files/<key:key>/<file:name>", media.attachment, name="attachment"),
    path("preview/<token:token>/files/<key:key>/<file:name>", preview.file, name="preview-file"),
    path("feeds/corrections.atom", sets_own_caching(corrections.feed), name="feed-corrections"),
    path("feeds/releases.<feed:kind>", sets_own_caching(feeds.releases), name="feed-releases"),
    path("feeds/search.<feed:kind>", sets_own_caching(feeds.search), name="feed-search"),
    # In the subscriber's language.
    path("alerts/confirm/<signed:token>/", alerts.confirm, name="alerts-confirm"),
    path("alerts/mine/<signed:token>/", alerts.mine, name="alerts-mine"),
    path("alerts/press/<signed:token>/", alerts.press_mail, name="alerts-press"),
    path("alerts/end/<signed:token>/", alerts.end, name="alerts-end"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path(
        "sitemap.xml",
        cached_listing(at_origin(sitemap_views.index)),
        {"sitemaps": SITEMAPS},
        name="sitemap-index",
    ),
    path(
        "sitemap-news.xml",
        at_origin(sitemap_views.sitemap),
        {"sitemaps": {"news": NewsSitemap}, "template_name": "sitemap-news.xml"},
        name="sitemap-news",
    ),
    path(
        "sitemap-<slug:section>.xml",
        cached_listing(at_origin(sitemap_views.sitemap)),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("robots.txt", robots.robots_txt, name="robots"),
    path(".well-known/security.txt", well_known.security_txt, name="security"),
    path("indexnow-key.txt", well_known.indexnow_key, name="indexnow-key"),
    path("data/datapackage.json", data.package, name="data-package"),
    path("data/<datafile:name>", data.file, name="data-file"),
    path("oembed", oembed.oembed, name="oembed"),
    path("unapi", unapi.unapi, name="unapi"),
    path("api/v1/releases/", sets_own_caching(api.releases), name="api-releases"),
    path("api/v1/releases/<number:number>/", sets_own_caching(api.release), name="api-release"),
    path("api/v1/releases.<stream:kind>", api.stream, name="api-stream"),
    path("api/v1/topics/", sets_own_caching(api.topics), name="api-topics"),
    path("api/v1/corrections/", sets_own_caching(api_corrections.page), name="api-corrections"),
    path("api/v1/corrections.<stream:kind>", api_corrections.stream, name="api-correction-stream"),
    path("api/v1/openapi.json", api.openapi, name="api-openapi"),
    *conventional_urls.patterns(),
    path("api/v1/<rest:rest>", api.not_found, name="api-not-found"),
]
