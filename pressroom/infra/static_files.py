"""Static files under their hashed names, which pages cannot be rendered without."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command


def collect_if_missing() -> None:
    """Collect the static files if no server has done so."""
    # The check of the type sees through the lazy object, as isinstance reads __class__.
    if isinstance(staticfiles_storage, ManifestFilesMixin) and not staticfiles_storage.exists(
        staticfiles_storage.manifest_name
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
