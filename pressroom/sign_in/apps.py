"""The applications behind the sign-in, under names that staff understand."""

from axes.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class StaffAdmin(AdminConfig):
    """Django's admin, behind our sign-in."""

    default_site = "pressroom.sign_in.site.StaffSite"


class SignIns(AppConfig):
    """The record of sign-ins, and the throttle."""

    verbose_name = "Sign-ins"
