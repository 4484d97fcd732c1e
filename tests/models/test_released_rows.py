"""SQL that bypasses the publishing actions cannot change what was released."""

import datetime

import pytest
from django.db import IntegrityError, connection

from releases import publishing
from releases.models import AuditEntry, Release, Section, Topic, Version
from tests.conftest import NOON, tables_never_emptied

PERMANENT = [
    *("releases_release", "releases_section", "releases_image", "releases_attachment"),
    *("releases_version", "releases_auditline", "releases_legacyurl", "releases_numberseries"),
    *("releases_feedauthority", "releases_topicredirect", "releases_redirect"),
]
PAST_THE_ACTIONS = [
    "UPDATE releases_release SET title = 'Other words'",
    "UPDATE releases_release SET body = body || ' More.', number = number",
    "UPDATE releases_release SET date = date + 1",
    "UPDATE releases_release SET status = 'withdrawn', status_reason = 'Because.'",
    "DELETE FROM releases_section",
    "UPDATE releases_section SET body = 'Other words'",
    "INSERT INTO releases_section (release_id, position, kind, heading, body, after_end) "
    "SELECT id, 9, 'body', '', 'More.', false FROM releases_release",
    "UPDATE releases_image SET alt = 'Other words'",
    "DELETE FROM releases_image",
    "UPDATE releases_attachment SET title = 'Other words'",
    "DELETE FROM releases_attachment",
    "DELETE FROM releases_release_topics",
    "UPDATE releases_release_topics SET topic_id = (SELECT id FROM releases_topic WHERE slug = "
    "'roads')",
    "INSERT INTO releases_release_topics (release_id, topic_id) "
    "SELECT release.id, topic.id FROM releases_release release, releases_topic topic "
    "WHERE topic.slug = 'roads'",
]
FORBIDDEN = [
    "DELETE FROM releases_release",
    "UPDATE releases_release SET status = 'draft'",
    "DELETE FROM releases_version",
    "UPDATE releases_version SET note = 'Other words'",
    "DELETE FROM releases_auditline",
    "UPDATE releases_auditline SET why = 'Other words'",
    "DELETE FROM releases_legacyurl",
    "UPDATE releases_legacyurl SET key = '/elsewhere'",
]


def run(sql):
    """Run the SQL and check deferred constraints, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def released(make_release, attach_image, attach_pdf):
    release = make_release()
    release.sections.create(position=1, heading="About", body="Of the county.")
    attach_image(release)
    attach_pdf(release, "page")
    release.topics.create(name="Water", slug="water")
    release.legacy_urls.create(url="https://old.example.gov/1", key="/1")
    Topic.objects.create(name="Roads", slug="roads")
    approved = publishing.approve(release, NOON)
    run("SELECT 1")
    return approved


@pytest.mark.parametrize("sql", PAST_THE_ACTIONS)
def test_change_past_the_actions_is_refused(released, sql):
    with pytest.raises(IntegrityError, match="Released content can be changed only through"):
        run(sql)


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_permanent_rows_are_neither_deleted_nor_rewritten(released, sql):
    with pytest.raises(IntegrityError):
        run(sql)


@pytest.mark.parametrize("table", PERMANENT)
def test_permanent_table_is_never_emptied(released, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER never_emptied")

    with pytest.raises(IntegrityError, match="cannot be truncated"):
        run(f"TRUNCATE {table} CASCADE")


def test_permanent_tables_cannot_be_truncated(db):
    assert set(PERMANENT) <= set(tables_never_emptied())


@pytest.mark.django_db(transaction=True)
def test_save_past_the_actions_is_refused_at_its_commit(publish):
    release = publish()
    release.title = "Other words"

    with pytest.raises(IntegrityError, match="in its title"):
        release.save()

    assert Release.objects.get().title != "Other words"


def test_topic_is_renamed_and_deleted_without_its_releases(released):
    Topic.objects.filter(slug="water").update(slug="rivers", name="Rivers")
    run("SELECT 1")
    publishing.add_topics(released, [Topic.objects.get(slug="roads")])
    run("SELECT 1")
    assert released.versions.last().snapshot["topics"] == ["rivers", "roads"]

    publishing.delete_topics(Topic.objects.all())
    run("SELECT 1")

    assert not released.topics.exists()


@pytest.mark.django_db(transaction=True)
def test_what_no_version_has_changes_only_with_an_audit_entry(publish, in_an_hour):
    other = publish(title="Other")
    release = publish(release_at=in_an_hour)
    for changed in (
        {"release_at": NOON},
        {"status_reason": "Other words"},
        {"title_withheld": True},
        {"translation_of": other},
    ):
        with pytest.raises(IntegrityError, match="without an audit entry"):
            Release.objects.filter(pk=release.pk).update(**changed)

    later = publishing.reschedule(release, in_an_hour + datetime.timedelta(hours=1))
    recalled = publishing.recall(later, "Not yet.")
    publishing.approve(recalled, in_an_hour, confirmed=True)


def test_draft_changes_freely(make_release):
    make_release(number="2024-0001").sections.create(position=1, body="Words.")

    run("UPDATE releases_release SET title = 'Other words'")
    run("DELETE FROM releases_section")

    assert Release.objects.get().title == "Other words"
    assert not Section.objects.exists()


def test_actions_satisfy_the_triggers(released, make_release):
    publishing.rename(released, "another-slug")
    publishing.add_topics(released, Topic.objects.all())
    publishing.delete_topics(Topic.objects.all())
    publishing.withdraw(released, "It was wrong.")
    publishing.reinstate(released, "It was right.")
    publishing.remove(released, "It named a minor.")
    publishing.reinstate(released, "It named nobody.")
    draft = make_release(title="Second")
    publishing.record_deletion(draft)
    draft.delete()

    run("SELECT 1")

    assert (Version.objects.count(), AuditEntry.objects.count()) == (7, 8)
