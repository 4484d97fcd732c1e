from django.apps import AppConfig

from releases import checks as checks  # registers them


class ReleasesConfig(AppConfig):
    name = "releases"
    default_auto_field = "django.db.models.BigAutoField"
