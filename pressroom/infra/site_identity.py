"""Settings that say who the site is: key, origin and feed ids, refused in a sentence if unfit."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

SITE = "site"  # the tag of the checks that say who the site is
MIN_KEY_LENGTH = 50  # characters
MIN_DISTINCT_CHARACTERS = 10
# The host name or mail address that a tag: id is made with (RFC 4151, 2.1).
AUTHORITY = re.compile(r"([A-Za-z0-9._-]{1,64}@)?[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def require_strong_key(name: str, key: str) -> str:
    """The key, unless it could be guessed; as Django's own check of a deployment measures it."""
    is_repeated = key in (key + key)[1:-1]
    if (
        len(key) < MIN_KEY_LENGTH
        or len(set(key)) < MIN_DISTINCT_CHARACTERS
        or is_repeated
        or key.startswith("django-insecure-")
    ):
        raise ImproperlyConfigured(
            f"{name} is too short or can be guessed: who knows it signs in as anybody. Set it to "
            f"at least {MIN_KEY_LENGTH} random characters, as this prints them: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return key


def read_origin(setting: str, allowed_hosts: list[str]) -> str:
    """Scheme and host of SITE_ORIGIN; "" where it is not set: then that which a request came to."""
    given = setting.strip().rstrip("/").lower()
    try:
        parts = urlsplit(given)
    except ValueError:  # as of http://[x
        parts = urlsplit("")
    if given and (
        parts.scheme not in {"http", "https"} or given != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ImproperlyConfigured(
            f"SITE_ORIGIN is {given!r}: it must be scheme and host alone, as https://press.example.gov"
        )
    if given and not validate_host(parts.hostname or "", allowed_hosts):
        raise ImproperlyConfigured(f"SITE_ORIGIN is {given!r}: its host must be in ALLOWED_HOSTS.")
    return given


def read_feed_authority(setting: str) -> str:
    """Return FEED_ID_AUTHORITY; "" where it is not set."""
    if setting and not AUTHORITY.fullmatch(setting):
        raise ImproperlyConfigured(
            f"FEED_ID_AUTHORITY is {setting!r}: it must be a host name, as press.example.gov, or a "
            "mail address."
        )
    return setting


def feed_authority_by_settings() -> str:
    """Return the name that ids of feeds are made with on a site that has none stored yet."""
    host = urlsplit(settings.SITE_ORIGIN).hostname or settings.ALLOWED_HOSTS[0].strip(".*")
    return settings.FEED_ID_AUTHORITY or (host if AUTHORITY.fullmatch(host) else "localhost")
