"""Visibility as ids: drafts are in neither set."""

from django.db import connection

from releases import publishing
from releases.models import Release
from releases.search.engine import Visibility


def test_gate_has_public_and_hidden_ids(
    publish, make_release, in_an_hour, django_assert_num_queries
):
    public, embargoed, withdrawn = publish(), publish(release_at=in_an_hour), publish()
    publishing.withdraw(withdrawn, "a reason")
    make_release()  # a draft
    visibility = Visibility()

    with django_assert_num_queries(1):
        assert visibility.hidden == {embargoed.pk, withdrawn.pk}
    with django_assert_num_queries(1):
        assert visibility.public == {public.pk}


def test_gate_of_an_empty_archive(db):
    assert Visibility().hidden == Visibility().public == set()


def test_retracted_ids_are_read_from_a_database_index_alone(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

        plan = Release.objects.no_longer_approved().order_by().values("pk").explain()

    assert "Index Only Scan using release_retracted" in plan
