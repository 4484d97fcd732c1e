"""Settings of e-mail, read from the environment."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qs, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
REMEDY = (
    "it must look like smtp://user:password@host:587, smtps://user:password@host, "
    "smtp://localhost:25?tls=off or anymail://postmark?server_token=…"
)
PROVIDER_BACKEND = "pressroom.infra.mail_provider.ProviderBackend"
NO_PROVIDERS = ("base", "base_requests", "console", "test")  # modules beside the providers
RESERVED = ("alias", "fail_silently", "timeout")  # options that this site sets, or relies on
NOT_INSTALLED = (
    "EMAIL_URL names a provider, but django-anymail is not installed: "
    "pip install --require-hashes -r requirements-anymail.txt"
)
API_URL_REMEDY = (
    "EMAIL_URL: api_url must look like https://host/path or https://user:password@host/path, with "
    "/ in the password as %252F."
)
MAILBOX_REMEDY = (
    "BOUNCE_MAILBOX cannot be read: it must look like imaps://user:password@host/INBOX or "
    "maildir:///var/mail/bounces."
)


def read_email_url(url: str) -> dict[str, Any]:
    """Return Django's EMAIL_ settings; those of a backend that sends nothing for "".

    `smtp` demands STARTTLS unless the address ends with ?tls=off; `smtps` speaks TLS from the
    start; `anymail` names a provider and its options. Raises ImproperlyConfigured.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        query = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError as error:
        raise _error() from error
    if parts.scheme == "anymail":
        return _provider(parts)
    if parts.scheme not in DEFAULT_PORTS or not host or query not in ({}, {"tls": ["off"]}):
        raise _error()
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port or DEFAULT_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and not query,
    }


def _provider(parts: SplitResult) -> dict[str, Any]:
    # An import path is made of the name.
    if not re.fullmatch(r"[a-z_]+", parts.netloc) or parts.path or parts.fragment:
        raise _error()
    if not find_spec("anymail"):
        raise ImproperlyConfigured(NOT_INSTALLED)
    if parts.netloc in NO_PROVIDERS or not find_spec(f"anymail.backends.{parts.netloc}"):
        raise ImproperlyConfigured(f"EMAIL_URL: django-anymail knows no provider {parts.netloc!r}.")
    options = dict(parse_qsl(parts.query))
    for name in options:
        if name in RESERVED:
            raise ImproperlyConfigured(f"EMAIL_URL: the option {name!r} cannot be set.")
    if not _is_readable(options.get("api_url", "https://…")):
        raise ImproperlyConfigured(API_URL_REMEDY)
    return {"EMAIL_BACKEND": PROVIDER_BACKEND, "EMAIL_PROVIDER": (parts.netloc, options)}


def _is_readable(url: str) -> bool:
    """Return whether the user and password in an address, if any, can be found and hidden."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    rest = parts.path + parts.query + parts.fragment
    return bool(is_address) and not re.search(r"\s", url) and "@" not in rest


def read_sender(sender: str, email: dict[str, Any]) -> str:
    """Return DEFAULT_FROM_EMAIL, or the mail account's name if that is an address.

    Raises ImproperlyConfigured where mail is sent without a sender.
    """
    user = str(email.get("EMAIL_HOST_USER", ""))
    if sender or not email.keys() & {"EMAIL_HOST", "EMAIL_PROVIDER"}:
        return sender or "webmaster@localhost"
    if "@" in user:
        return user
    raise ImproperlyConfigured(
        "EMAIL_URL is set without DEFAULT_FROM_EMAIL: set it to the address that mail comes from, "
        "such as Press Office <press@example.gov>."
    )


def read_limit(setting: str) -> int:
    """Return EMAIL_PER_MINUTE, 0 if unset. Raises ImproperlyConfigured."""
    if setting and not (setting.isascii() and setting.isdecimal()):
        raise ImproperlyConfigured(
            f"EMAIL_PER_MINUTE is {setting!r}: it must be a whole number, such as 300, or unset."
        )
    return int(setting or 0)


def read_mailbox_url(url: str) -> str:
    """Return BOUNCE_MAILBOX, "" if unset. Raises ImproperlyConfigured."""
    parts = urlsplit(url)
    is_local = parts.scheme == "imap" and parts.hostname in ("127.0.0.1", "localhost")
    is_imap = (parts.scheme == "imaps" or is_local) and parts.hostname and parts.username
    if url and not is_imap and not (parts.scheme == "maildir" and parts.path.startswith("/")):
        raise ImproperlyConfigured(MAILBOX_REMEDY)  # without the address: it holds a password
    return url


def _error() -> ImproperlyConfigured:
    # Without the address: it holds a password.
    return ImproperlyConfigured(f"EMAIL_URL cannot be read: {REMEDY}.")
