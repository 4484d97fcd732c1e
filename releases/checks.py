"""What the site needs of its surroundings, said by `manage.py check`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connection

from pressroom.infra.site_identity import SITE
from releases.search.analysis.spelling import can_correct


@register(Tags.database)
def check_trigrams(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Search can offer other spellings, and the admin finds titles by an index. Asked with
    --database only, and by migrate."""
    if not databases or not _has_table("releases_vocabularyword"):
        return []  # the migration that makes the table makes the extension, too
    if can_correct():
        return []
    return [
        checks.Warning(
            "PostgreSQL's extension pg_trgm is missing, so search offers no other spelling and the "
            "admin's search reads all titles.",
            hint="As the database's owner: CREATE EXTENSION pg_trgm; CREATE INDEX "
            "vocabulary_by_trigrams ON releases_vocabularyword USING gin (word gin_trgm_ops); "
            "CREATE INDEX release_by_trigrams ON releases_release USING gin "
            "(upper(number::text) gin_trgm_ops, upper(title) gin_trgm_ops);",
            id="releases.W001",
        )
    ]


@register(SITE, Tags.database)
def check_feed_ids(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Say that FEED_ID_AUTHORITY is not what the ids of this site's feeds are made with. Asked
    with --database only, by migrate and by serve."""
    if not databases or not _has_table("releases_feedauthority"):
        return []
    authority: Any = apps.get_model("releases", "FeedAuthority")  # models are loaded after this
    stored, wanted = authority.stored(), settings.FEED_ID_AUTHORITY
    if not stored or wanted in ("", stored):
        return []
    return [
        checks.Warning(
            f"FEED_ID_AUTHORITY is {wanted!r}, but the ids of this site's feeds are made with "
            f"{stored!r}, and stay so: readers know a release by its id.",
            hint=f"Unset FEED_ID_AUTHORITY, or set it to {stored!r}.",
            id="releases.W002",
        )
    ]


@register(SITE, deploy=True)
def check_origin(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Say that SITE_ORIGIN is missing. Asked with --deploy and --database, and by serve."""
    if not databases or settings.SITE_ORIGIN:
        return []
    return [
        checks.Warning(
            "SITE_ORIGIN is not set: addresses in feeds, sitemaps and previews begin with whatever "
            "host a request came to.",
            hint="Set it to where the public finds the site, as https://press.example.gov.",
            id="releases.W003",
        )
    ]


def _has_table(name: str) -> bool:
    """Whether the table is there: the migration that makes it may be about to run."""
    return name in connection.introspection.table_names()
