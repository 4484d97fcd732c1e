"""App configurations for the admin and for the record of sign-ins."""

from axes.apps import AppConfig
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import import_string


class StaffAdmin(AdminConfig):
    """Django's admin with StaffSite as its default site."""

    default_site = "pressroom.infra.accounts.admin_site.StaffSite"

    def ready(self) -> None:
        super().ready()
        # The lists of devices would show staff each other's secrets.
        for label in ("otp_totp.TOTPDevice", "otp_static.StaticDevice"):
            admin.site.unregister(apps.get_model(label))
        # The module imports models, which are not ready any earlier.
        import_string("pressroom.infra.accounts.read_only.protect_sign_ins")()


class SignIns(AppConfig):
    """django-axes with a readable verbose name."""

    verbose_name = "Sign-ins"
