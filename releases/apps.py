from importlib import import_module

from django.apps import AppConfig

from pressroom.infra.accounts import apps as accounts
from releases import checks as checks  # registers them


class ReleasesConfig(AppConfig):
    name = "releases"
    default = True
    default_auto_field = "django.db.models.BigAutoField"


class DeskAdmin(accounts.StaffAdmin):
    """Django's admin with the press office's own first page and pages."""

    default = False
    default_site = "releases.admin.site.DeskSite"

    def ready(self) -> None:
        super().ready()
        import_module("releases.admin.registry")
