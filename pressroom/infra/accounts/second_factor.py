"""Second factor: codes from an app (TOTP, RFC 6238) and recovery codes."""

from __future__ import annotations

import logging
from typing import Any

import django_otp
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
APP_DIGITS = 6
MAX_COUNTED_FAILURES = 10  # longest wait: 2 ** 9 seconds, about nine minutes

log = logging.getLogger(__name__)


def is_set_up(user: User) -> bool:
    """Return whether the user signs in with a second factor."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_required(user: User) -> bool:
    """Return whether REQUIRE_SECOND_FACTOR applies to the user."""
    if settings.REQUIRE_SECOND_FACTOR == "publishers":
        return user.has_perm(settings.PUBLISHERS_PERMISSION)
    return settings.REQUIRE_SECOND_FACTOR == "staff"


def may_use_admin(user: User | AnonymousUser) -> bool:
    """Return whether the user has presented every factor that they have or must have."""
    if not isinstance(user, User):
        return False
    # Set by django-otp's middleware: the device that this session was verified with.
    if getattr(user, "otp_device", None):
        return True
    return not is_set_up(user) and not is_required(user)


def verify(user: User, code: str) -> Any:
    """Return the device that accepts the code, or None. Each code works once.

    After a wrong code the next attempts are refused for a time that doubles up to nine minutes.
    """
    code = "".join(code.lower().split())
    is_from_app = code.isdecimal() and len(code) == APP_DIGITS
    model: Any = TOTPDevice if is_from_app else StaticDevice
    _cap_throttling(model, user)
    for device in model.objects.filter(user=user, confirmed=True):
        if found := django_otp.verify_token(user, device.persistent_id, code):
            return found
    return None


def _cap_throttling(model: Any, user: User) -> None:
    # django-otp doubles the wait without limit: someone with the password could lock the account's
    # owner out for years.
    devices = model.objects.filter(user=user, throttling_failure_count__gt=MAX_COUNTED_FAILURES)
    devices.update(throttling_failure_count=MAX_COUNTED_FAILURES)


@transaction.atomic
def start_setup(user: User) -> TOTPDevice:
    """Return a new unconfirmed device, replacing earlier ones."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="App", confirmed=False)


def pending_device(user: User) -> TOTPDevice | None:
    """Return the device whose setup is not finished."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).last()


@transaction.atomic
def finish_setup(request: HttpRequest, device: TOTPDevice, code: str) -> list[str]:
    """Enable the device if the code is right; return recovery codes, or [] for a wrong code."""
    _cap_throttling(TOTPDevice, device.user)
    device = TOTPDevice.objects.select_for_update().get(pk=device.pk)
    if not device.verify_token("".join(code.split())):
        return []
    device.confirmed = True
    device.save()
    django_otp.login(request, device)
    log.warning("%s set up a second factor.", device.user)
    return new_recovery_codes(device.user)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Return ten new single-use codes; earlier ones become invalid."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Recovery codes")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    log.warning("%s has new recovery codes.", user)
    return codes


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def turn_off(user: User) -> None:
    """Delete the user's devices, so that they sign in with the password only."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()
    log.warning("The second factor of %s was turned off.", user)
