"""Log of public changes: it grows with what public pages show, and with nothing else."""

from contextlib import closing

import psycopg2
import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from releases import publishing
from releases.models import OutgoingMail, PublicChange, Release, SearchChange, Topic
from releases.web.response_cache import state
from tests.conftest import CHANGES

pytestmark = pytest.mark.django_db(transaction=True)
# Tables whose rows no cached public response shows. Redirects and errors are not cached.
UNSEEN = {
    *("announcement", "auditentry", "boilerplate", "boilerplatetext", "comment", "digestrun"),
    *("draftstate", "endedaddress", "importedrecord", "importrun", "invitation", "missedaddress"),
    *("missedsearch", "numberseries", "outgoingcall", "outgoingmail", "presence", "previewlink"),
    *("previewuse", "proposedcorrection", "publicchange", "receivedrelease", "redirect"),
    *(
        "releasetemplate",
        "releasetemplate_topics",
        "sentform",
        "staffsettings",
        "subscriber",
        "subscription",
    ),
    "renderedpage",  # what was shown already
    *("journalist", "journalist_tags", "pressmailing", "pressrecipient", "presstag"),
    *("templatesection", "topicredirect", "upload", "workingcopy"),
}


def seen():
    return state.read_state(timezone.now()).snapshot[0]


def write_a_session():
    Session.objects.create(session_key="a" * 32, expire_date=timezone.now())


def write_a_mail():
    OutgoingMail.objects.create(kind="invitation", key="1", to="a@example.org")


@pytest.mark.parametrize("write", [write_a_session, write_a_mail])
def test_writes_that_no_reader_sees_are_not_recorded(publish, write):
    publish()
    before = seen()

    write()

    assert seen() == before


def test_drafts_and_their_parts_are_not_recorded(publish, make_release):
    publish()
    topic = Topic.objects.create(name="Water", slug="water")
    before = seen()

    draft = make_release()
    draft.sections.create(position=1, kind="about", heading="About", body="We serve.")
    draft.topics.add(topic)
    Release.objects.filter(pk=draft.pk).update(title="Another")
    draft.delete()

    assert seen() == before


@pytest.mark.parametrize("change", CHANGES)
def test_changes_of_a_public_release_are_recorded(publish, change):
    release = publish()
    before = seen()

    change(release)

    assert seen() != before


def test_approval_and_index_are_recorded(make_release):
    release = make_release()
    states = [seen()]

    publishing.approve(release, timezone.now())
    states.append(seen())
    SearchChange.objects.filter(release=release).delete()
    states.append(seen())

    assert len(set(states)) == 3


def test_transaction_of_many_changes_becomes_one_of_every_page(publish):
    releases = [publish() for _ in range(2)]
    PublicChange.objects.all().delete()

    with transaction.atomic():
        for number in range(100):
            Release.objects.filter(pk=releases[number % 2].pk).update(title=f"{number}")

    rows = PublicChange.objects.order_by("pk")
    assert len(rows) == 64
    assert [row.releases for row in rows[:2]] == [[release.pk] * 2 for release in releases]
    assert rows[63].releases is None


def test_transaction_that_changes_a_release_again_is_recorded_once(publish):
    release = publish()
    count = PublicChange.objects.count()

    with transaction.atomic():
        for title in "abc":
            Release.objects.filter(pk=release.pk).update(title=title)

    assert PublicChange.objects.count() == count + 1


def test_change_after_a_savepoint_that_was_rolled_back_is_recorded(publish):
    before = seen()

    with transaction.atomic():
        point = transaction.savepoint()
        publish()
        transaction.savepoint_rollback(point)
        publish()

    assert seen() != before


def test_each_of_two_commits_out_of_order_changes_the_state(publish):
    publish()
    rename = "UPDATE releases_topic SET name = name || '!' WHERE slug = %s"
    for slug in "ab":
        Topic.objects.create(name=slug, slug=slug)
    states = [seen()]
    parameters = connection.get_connection_params()
    with (
        closing(psycopg2.connect(**parameters)) as first,
        closing(psycopg2.connect(**parameters)) as second,
    ):
        first.cursor().execute(rename, ["a"])
        second.cursor().execute(rename, ["b"])
        for each in (second, first):
            each.commit()
            states.append(seen())

    assert len(set(states)) == 3


def test_log_stays_short_and_never_repeats_a_state():
    states = set()
    for _ in range(1100):
        PublicChange.record_for_lists()
        with connection.cursor() as cursor:
            cursor.execute(state.SNAPSHOT_QUERY)
            states.add(cursor.fetchone()[0])

    assert len(states) == 1100
    assert PublicChange.objects.count() <= 1024


def test_every_table_is_watched_or_listed_as_unseen():
    models = apps.get_app_config("releases").get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'public_%'"
        )
        watched = {table for (table,) in cursor.fetchall()}

    unseen = {apps.get_model("releases", name)._meta.db_table for name in UNSEEN}
    assert watched & unseen == set()
    assert tables == watched | unseen
