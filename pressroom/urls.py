"""Root URLconf."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from releases.web import urls

handler400 = "releases.web.views.errors.bad_request"
handler404 = "releases.web.views.errors.not_found"
handler500 = "releases.web.views.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include(urls.page_urls)), prefix_default_language=False),
    path("", include(urls.machine_urls)),
]
