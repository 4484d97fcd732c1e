"""The applications behind the sign-in, under names that staff understand."""

from axes.apps import AppConfig
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import import_string


class StaffAdmin(AdminConfig):
    """Django's admin, behind our sign-in."""

    default_site = "pressroom.infra.accounts.admin_site.StaffSite"

    def ready(self) -> None:
        """Nobody looks at the secrets of others: each has a page for their own second factor."""
        super().ready()
        for label in ("otp_totp.TOTPDevice", "otp_static.StaticDevice"):
            admin.site.unregister(apps.get_model(label))
        # Its models can be imported no earlier than now.
        import_string("pressroom.infra.accounts.read_only.protect_sign_ins")()


class SignIns(AppConfig):
    """The record of sign-ins, and the throttle."""

    verbose_name = "Sign-ins"
