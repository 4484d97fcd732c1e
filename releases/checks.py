"""What the site needs of its surroundings, said by `manage.py check`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connection

from releases.search.spelling import can_correct


@register(Tags.database)
def check_trigrams(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Search can offer other spellings, and the admin finds titles by an index. Asked with
    --database only, and by migrate."""
    if not databases or "releases_vocabularyword" not in connection.introspection.table_names():
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
