"""Minimal Django view on the production server: python -m tools.bench.hello PORT."""

import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from releases.management.commands.serve import THREADS, make_server


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[])
urlpatterns = [path("", hello)]
application = get_wsgi_application()

if __name__ == "__main__":
    make_server(f"{__spec__.name}:application", "127.0.0.1", int(sys.argv[1]), 2, THREADS).serve()
