"""System checks of the database and of settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import connection

from pressroom.infra import office
from pressroom.infra.site_identity import SITE
from releases.search.analysis.spelling import can_correct


@register()
def check_mail_provider(**options: Any) -> list[CheckMessage]:
    """Report an option that the mail provider in EMAIL_URL lacks or cannot read."""
    try:
        get_connection()
    except (ImproperlyConfigured, ImportError, TypeError, ValueError) as error:
        return [
            checks.Error(
                f"EMAIL_URL: {error}",
                hint="Write options in lower case, without the provider’s name, after a ?, such as "
                "anymail://postmark?server_token=…",
                id="releases.E001",
            )
        ]
    return []


@register(Tags.database)
def check_trigrams(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Warn if pg_trgm is missing. Runs in migrate and with --database."""
    if not databases or not _has_table("releases_vocabularyword"):
        return []  # the migration that creates the table creates the extension, too
    if can_correct():
        return []
    return [
        checks.Warning(
            "PostgreSQL's extension pg_trgm is missing, so search suggests no spellings and the "
            "admin's search scans all titles.",
            hint="As the database's owner: CREATE EXTENSION pg_trgm; CREATE INDEX "
            "vocabulary_by_trigrams ON releases_vocabularyword USING gin (word gin_trgm_ops); "
            "CREATE INDEX release_by_trigrams ON releases_release USING gin "
            "(upper(number::text) gin_trgm_ops, upper(title) gin_trgm_ops);",
            id="releases.W001",
        )
    ]


@register(SITE, Tags.database)
def check_feed_ids(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Warn if FEED_ID_AUTHORITY differs from the stored one. Runs in migrate, serve, --database."""
    if not databases or not _has_table("releases_feedauthority"):
        return []
    authority: Any = apps.get_model("releases", "FeedAuthority")  # models are loaded after this
    stored, wanted = authority.stored(), settings.FEED_ID_AUTHORITY
    if not stored or wanted in ("", stored):
        return []
    return [
        checks.Warning(
            f"FEED_ID_AUTHORITY is {wanted!r}, but this site's feed ids use {stored!r}, which "
            "remains in use: feed readers recognize a release by its id.",
            hint=f"Unset FEED_ID_AUTHORITY, or set it to {stored!r}.",
            id="releases.W002",
        )
    ]


@register(SITE, deploy=True)
def check_origin(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Warn if SITE_ORIGIN is unset. Runs in serve, and with --deploy and --database."""
    if not databases or office.current().origin:
        return []
    return [
        checks.Warning(
            "SITE_ORIGIN is not set: URLs in feeds, sitemaps and previews start with the host of "
            "each request.",
            hint="Set it to the site's public origin, such as https://press.example.gov.",
            id="releases.W003",
        )
    ]


def _has_table(name: str) -> bool:
    # Before migrate, the table may not exist yet.
    return name in connection.introspection.table_names()
