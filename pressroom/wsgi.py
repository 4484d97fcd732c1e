"""The application that a production server imports."""

import gc
import os

from django.conf import settings
from django.core.files.storage import storages
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pressroom.settings")

os.umask(settings.PRIVATE_UMASK)
django_application = get_wsgi_application()
application = import_string("releases.web.response_cache.middleware.CacheWSGIMiddleware")(
    django_application
)

# Views, search engine and storage are imported at their first use: now, before a visitor waits for
# it. None asks the database or a bucket. (Models and Haystack can only be imported once there are
# settings.)
get_resolver().url_patterns  # noqa: B018
import_string("haystack.connections")["default"].get_backend()
storages["default"]

# What was made so far is never garbage: the collector would look through all of it again and again,
# which takes a third of the time in which a long text is read.
gc.collect()
gc.freeze()
