"""Querysets compiled once."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import F

from pressroom.infra.db.compiled import CompiledQuery


def permissions(name, *ids):
    found = Permission.objects.filter(pk__in=ids).exclude(codename=name)
    return found.only("codename").annotate(model=F("content_type__model")).order_by("codename")


@pytest.mark.django_db
def test_compiled_query_fetches_what_its_queryset_does(django_assert_num_queries):
    query = CompiledQuery(permissions, ("name", -1, -2))
    for name in ("add_release", "view_release"):
        first, second = Permission.objects.filter(codename__endswith="_release").order_by("pk")[:2]
        wanted = list(permissions(name, first.pk, second.pk))
        with django_assert_num_queries(1):
            found = query.fetch(name, first.pk, second.pk)
            assert [(row, row.codename, row.model) for row in found] == [
                (row, row.codename, row.model) for row in wanted
            ]
        assert found[0].get_deferred_fields() == wanted[0].get_deferred_fields()


@pytest.mark.django_db
def test_compiled_query_fetches_relations_along(django_assert_num_queries):
    query = CompiledQuery(
        lambda name: Permission.objects.filter(codename=name).select_related("content_type"),
        ("name",),
    )
    with django_assert_num_queries(1):
        (found,) = query.fetch("add_release")
        assert found.content_type.model == "release"


@pytest.mark.django_db
def test_compiled_query_is_planned_once_for_a_connection():
    query = CompiledQuery(permissions, ("name", -1, -2))
    for number in range(3):
        query.fetch("add_release", number, -1)

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        assert [name for (name,) in cursor.fetchall()].count(query._prepared[0]) == 1


@pytest.mark.django_db(transaction=True)
def test_compiled_query_runs_after_its_connection_was_lost():
    query = CompiledQuery(permissions, ("name", -1, -2))
    found = query.fetch("add_release", 1, 2)

    connection.close()

    assert query.fetch("add_release", 1, 2) == found


@pytest.fixture
def widened():
    """Return the statement that changes a column; change it back after the test."""
    change = "ALTER TABLE auth_permission ALTER codename TYPE varchar({})"
    yield change.format(101)
    execute(change.format(100))


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_compiled_query_runs_after_what_it_prepared_was_lost(widened):
    query = CompiledQuery(permissions, ("name", -1, -2))

    for loss in ("DISCARD ALL", widened):
        found = query.fetch("add_release", 1, 2)
        execute(loss)
        assert query.fetch("add_release", 1, 2) == found


@pytest.mark.django_db(transaction=True)
def test_compiled_query_runs_beside_a_statement_of_its_name():
    query = CompiledQuery(permissions, ("name", -1, -2))
    execute(f"PREPARE {query._prepared[0]} AS SELECT 1")

    assert query.fetch("add_release", 1, 2) == []


@pytest.mark.django_db
def test_compiled_query_runs_behind_pgbouncer(monkeypatch):
    query = CompiledQuery(permissions, ("name", -1, -2))
    found = query.fetch("add_release", 1, 2)

    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    assert query.fetch("add_release", 1, 2) == found


@pytest.mark.django_db
def test_every_parameter_has_its_place_in_the_sql():
    query = CompiledQuery(lambda name, other: Permission.objects.filter(codename=name), ("a", "b"))
    with pytest.raises(AssertionError):
        query.fetch("a", "b")
