"""Where everything is mounted."""

from django.contrib import admin
from django.urls import include, path

handler404 = "releases.views.errors.not_found"
handler500 = "releases.views.errors.failed"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("releases.urls")),
]
