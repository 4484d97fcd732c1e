"""WSGI application for production servers."""

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

# Django imports views, the search engine and the storage on first use. Import them now so that no
# visitor waits for it; none of them connects to the database or the bucket. The same holds for the
# hash of the sources.
get_resolver().url_patterns  # noqa: B018
import_string("haystack.connections")["default"].get_backend()
storages["default"]
import_string("releases.web.source_hash.source_hash")()

# Objects created so far live as long as the process. Keep the collector from traversing them on
# every run, which took a third of the time of rendering a long text.
gc.collect()
gc.freeze()
