"""WEBHOOKS, WEBSUB_HUB and INDEXNOW_KEY, read from the environment."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PREFIX = "whsec_"
MIN_SECRET, MAX_SECRET = 24, 64  # bytes (Standard Webhooks)
MAX_URL = 500  # characters
KEY = re.compile(r"[A-Za-z0-9-]{8,128}")


def read_webhooks(setting: str) -> dict[str, bytes]:
    """Return each webhook's URL and secret; the setting is URLs that end with #whsec_ and the
    secret in Base64, with spaces between. Raises ImproperlyConfigured."""
    return dict(_read_webhook(each) for each in setting.split())


def _read_webhook(entry: str) -> tuple[str, bytes]:
    url, _, fragment = entry.partition("#")
    read_https_url("WEBHOOKS", url)
    try:
        secret = base64.b64decode(fragment.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        secret = b""
    if not fragment.startswith(PREFIX) or not MIN_SECRET <= len(secret) <= MAX_SECRET:
        # Without the fragment: it may be most of a secret.
        raise ImproperlyConfigured(
            f"WEBHOOKS: {url} must end with #{PREFIX} and {MIN_SECRET} to {MAX_SECRET} random "
            "bytes in Base64, for example of: openssl rand -base64 32"
        )
    return url, secret


def read_https_url(name: str, url: str) -> str:
    """Return the URL, "" if unset. Raises ImproperlyConfigured unless it is https."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        is_usable = False
    if url and not (is_usable and len(url) <= MAX_URL):
        raise ImproperlyConfigured(f"{name}: {url!r} must be an address that begins with https://.")
    return url


def read_indexnow_key(setting: str) -> str:
    """Return INDEXNOW_KEY, "" if unset. Raises ImproperlyConfigured."""
    if setting and not KEY.fullmatch(setting):
        raise ImproperlyConfigured(
            "INDEXNOW_KEY must be 8 to 128 letters, digits and hyphens, as "
            "https://www.indexnow.org/documentation says."
        )
    return setting
