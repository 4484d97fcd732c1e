"""WSGI application for production servers."""

import gc
import os

from django.conf import settings
from django.core.files.storage import storages
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils.module_loading import import_string
from django.utils.translation import gettext, override

from pressroom.infra.freed_memory import FreedMemoryMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pressroom.settings")

os.umask(settings.PRIVATE_UMASK)
django_application = get_wsgi_application()
cached_application = import_string("releases.web.response_cache.middleware.CacheWSGIMiddleware")(
    django_application
)
application = FreedMemoryMiddleware(cached_application)

# Django imports views, the search engine and the storage on first use, compiles templates and reads
# translations. Do it now so that no visitor waits; none of it connects to the database or the
# bucket. The same holds for the hash of the sources.
get_resolver().url_patterns  # noqa: B018
import_string("haystack.connections")["default"].get_backend()
storages["default"]
import_string("releases.web.source_hash.source_hash")()
# Templates of mail are for the processes that send it; those of imports load with their pages.
templates = settings.BASE_DIR / "templates"
for template in sorted(file.relative_to(templates) for file in templates.rglob("*.html")):
    if "mail" not in template.parts and "import" not in template.name:
        get_template(str(template))
for language, _ in settings.LANGUAGES:
    with override(language):
        gettext("")

# Objects created so far live as long as the process. Keep the collector from traversing them on
# every run, which took a third of the time of rendering a long text. Without them a run over all
# others is cheap, and due often: what a page of the admin, a file or a failed request has read is
# in cycles, and stays until then. The second collection counts the others, for the same reason.
gc.collect()
gc.freeze()
gc.collect()
gc.set_threshold(*gc.get_threshold()[:2], 2)
