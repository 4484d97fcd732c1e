"""Settings that say who the site is: its key and its origin, refused in a sentence if unfit."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

SHORTEST_KEY = 50  # characters
DIFFERENT_CHARACTERS = 10


def require_strong(name: str, key: str) -> str:
    """The key, unless it could be guessed; as Django's own check of a deployment measures it."""
    is_repeated = key in (key + key)[1:-1]
    if (
        len(key) < SHORTEST_KEY
        or len(set(key)) < DIFFERENT_CHARACTERS
        or is_repeated
        or key.startswith("django-insecure-")
    ):
        raise ImproperlyConfigured(
            f"{name} is too short or can be guessed: who knows it signs in as anybody. Set it to "
            f"at least {SHORTEST_KEY} random characters, as this prints them: "
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
