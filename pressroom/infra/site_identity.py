"""Validation of the settings that identify the site: secret key, origin, feed id authority."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

SITE = "site"  # tag of the system checks on these settings
MIN_KEY_LENGTH = 50  # characters
MIN_DISTINCT_CHARACTERS = 10
# Host name or email address in a tag: URI (RFC 4151, section 2.1).
AUTHORITY = re.compile(r"([A-Za-z0-9._-]{1,64}@)?[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def require_strong_key(name: str, key: str) -> str:
    """Return the key. Raises ImproperlyConfigured by rules like those of check security.W009."""
    is_repeated = key in (key + key)[1:-1]
    if (
        len(key) < MIN_KEY_LENGTH
        or len(set(key)) < MIN_DISTINCT_CHARACTERS
        or is_repeated
        or key.startswith("django-insecure-")
    ):
        raise ImproperlyConfigured(
            f"{name} is too short or guessable: whoever knows it can sign in as anyone. Set it to "
            f"at least {MIN_KEY_LENGTH} random characters, for example with "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return key


def read_origin(setting: str, allowed_hosts: list[str]) -> str:
    """Return the normalized SITE_ORIGIN, "" if unset. Raises ImproperlyConfigured."""
    given = setting.strip().rstrip("/").lower()
    try:
        parts = urlsplit(given)
    except ValueError:  # http://[x
        parts = urlsplit("")
    if given and (
        parts.scheme not in {"http", "https"} or given != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ImproperlyConfigured(
            f"SITE_ORIGIN is {given!r}: it must be only scheme and host, such as https://press.example.gov"
        )
    if given and not validate_host(parts.hostname or "", allowed_hosts):
        raise ImproperlyConfigured(f"SITE_ORIGIN is {given!r}: its host must be in ALLOWED_HOSTS.")
    return given


def read_license(setting: str) -> tuple[str, str]:
    """Return name and address of DATA_LICENSE, empty if unset. Raises ImproperlyConfigured."""
    name, _, address = setting.strip().rpartition(" ")
    if setting.strip() and not (name and address.startswith(("https://", "http://"))):
        raise ImproperlyConfigured(
            f"DATA_LICENSE is {setting!r}: it must be a name and its address, such as "
            "CC0 1.0 https://creativecommons.org/publicdomain/zero/1.0/"
        )
    return name, address


def read_feed_authority(setting: str) -> str:
    """Return FEED_ID_AUTHORITY, "" if unset. Raises ImproperlyConfigured."""
    if setting and not AUTHORITY.fullmatch(setting):
        raise ImproperlyConfigured(
            f"FEED_ID_AUTHORITY is {setting!r}: it must be a host name, such as press.example.gov, "
            "or an email address."
        )
    return setting


def objection_to_origin(origin: str) -> str:
    """Return why staff may not enter it as the site's origin, in a sentence; "" if they may."""
    try:
        parts = urlsplit(origin)
        is_bare = bool(parts.hostname) and origin == f"https://{parts.netloc}"
        is_bare = is_bare and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # https://[x, https://a.example:port
        is_bare = False
    if not origin:
        return ""
    if not is_bare:
        return "Enter only https:// and the host, such as https://press.example.gov."
    if not validate_host(parts.hostname or "", settings.ALLOWED_HOSTS):
        return (
            f"The site does not answer at {parts.hostname}. Have it added to ALLOWED_HOSTS on the "
            "server first."
        )
    return ""


def feed_authority_by_settings(origin: str = "") -> str:
    """Return the authority for new feed ids on a site whose database stores none yet.

    `origin` replaces SITE_ORIGIN.
    """
    host = urlsplit(origin or settings.SITE_ORIGIN).hostname or settings.ALLOWED_HOSTS[0].strip(
        ".*"
    )
    return settings.FEED_ID_AUTHORITY or (host if AUTHORITY.fullmatch(host) else "localhost")
