"""The list of releases is fast in a large archive."""

from importlib import import_module

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from releases.models import Release

LIST = reverse("admin:releases_release_changelist")


@pytest.fixture
def archive(db):
    """Create two thousand drafts, one of them about zebras."""
    titles = ["Zebra", *(f"County Opens Records Office No. {place}" for place in range(2000))]
    Release.objects.bulk_create(Release(title=title) for title in titles)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('release_by_trigrams')")  # as VACUUM does
        cursor.execute("ANALYZE releases_release")


def plans(client, **asked):
    """Return the plan of each of the list's queries, with sequential scans disabled."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(LIST, asked).status_code == 200
    queries = [query["sql"] for query in captured if 'FROM "releases_release"' in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        return [_plan(cursor, query) for query in queries]


def _plan(cursor, query):
    cursor.execute(f"EXPLAIN {query}")
    return "\n".join(line for (line,) in cursor.fetchall())


def test_search_in_titles_and_numbers_goes_by_trigrams(admin_client, archive):
    found = plans(admin_client, q="zebra")
    searching = [plan for plan in found if "ZEBRA" in plan and "contact" not in plan]

    assert len(searching) >= 2  # how many, and which
    assert all("Bitmap Index Scan on release_by_trigrams" in plan for plan in searching)


def test_texts_of_a_bounded_number_of_drafts_are_scanned(admin_client, archive):
    [scan] = [plan for plan in plans(admin_client, q="zebra") if "contact" in plan]

    assert "release_by_change" in scan
    assert "Limit" in scan


def test_newest_change_comes_first_without_sorting(admin_client, archive):
    [listing] = [plan for plan in plans(admin_client) if plan.startswith("Limit")]

    assert "release_by_change" in listing
    assert "Sort" not in listing


def test_drafts_are_listed_by_index(admin_client, archive):
    found = plans(admin_client, status__exact="draft")
    [listing] = [plan for plan in found if plan.startswith("Limit")]

    assert "Index Scan using release_by" in listing


def test_server_without_trigrams_is_migrated_all_the_same(db, capsys):
    migration = import_module("releases.migrations.0012_admin_list")
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")

    with connection.schema_editor() as editor:
        migration.use_trigrams(None, editor)

    assert "pg_trgm cannot be used" in capsys.readouterr().out


def test_remedy_for_missing_trigrams_makes_the_index(db):
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        [warning] = run_checks(tags=["database"], databases=["default"])
        cursor.execute(warning.hint.partition(": ")[2])
        cursor.execute("SELECT to_regclass('release_by_trigrams')::text")
        assert cursor.fetchone() == ("release_by_trigrams",)


def test_very_long_search_is_not_run(admin_client, db):
    answer = admin_client.get(LIST, {"q": "a " * 50_000})

    assert (answer.status_code, answer.url) == (302, f"{LIST}?e=1")
