"""Constraints and triggers of the database."""

import datetime
import threading
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from releases import publishing
from releases.models import AuditEntry, NumberSeries, Release, Section, Version


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "approved", "number": "2024-0001", "slug": "a"}, "public_release_is_complete"),
        ({"number": "24-1"}, "number_is_well_formed"),
        ({"language": "a language"}, "language_is_named"),
    ],
)
def test_constraint_refuses_by_name(make_release, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        make_release(**fields)


def test_withdrawn_release_needs_a_reason(publish):
    release = publish()

    with pytest.raises(IntegrityError, match="withdrawn_release_has_reason"):
        Release.objects.filter(pk=release.pk).update(status="withdrawn")


def test_release_cannot_be_its_own_translation(make_release):
    release = make_release()

    with pytest.raises(IntegrityError, match="translation_is_of_another_release"):
        Release.objects.filter(pk=release.pk).update(translation_of=release)


def test_source_is_imported_once(make_release):
    make_release(source_sha256="a" * 64)

    with pytest.raises(IntegrityError, match="source_is_imported_once"):
        make_release(source_sha256="a" * 64)


def test_two_sections_can_trade_places_in_one_transaction(make_release):
    release = make_release()
    first, second = (Section.objects.create(release=release, position=n, body="x") for n in (1, 2))

    Section.objects.filter(pk=first.pk).update(position=2)
    Section.objects.filter(pk=second.pk).update(position=1)
    connection.check_constraints()

    assert list(release.sections.all()) == [second, first]


def test_version_cannot_be_changed(publish):
    version = publish().versions.get()

    with pytest.raises(DatabaseError, match="versions are append-only"):
        Version.objects.filter(pk=version.pk).update(note="another history")


def test_version_cannot_be_deleted(publish):
    version = publish().versions.get()

    with pytest.raises(DatabaseError, match="versions are append-only"):
        version.delete()


def test_audit_entry_cannot_be_changed_or_deleted(publish):
    line = publish().audit_entries.get()

    with pytest.raises(DatabaseError, match="audit entries are append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=line.pk).update(why="another reason")
    with pytest.raises(DatabaseError, match="audit entries are append-only"):
        line.delete()


def test_number_cannot_be_changed(publish):
    release = publish()

    with pytest.raises(DatabaseError, match="numbers are permanent"):
        Release.objects.filter(pk=release.pk).update(number="2024-9999")


@pytest.mark.parametrize("status", ["approved", "draft"])
def test_passed_release_time_cannot_be_removed(publish, status):
    release = publish()

    with pytest.raises(DatabaseError, match="its release time cannot be removed"):
        Release.objects.filter(pk=release.pk).update(status=status, release_at=None)


def test_published_release_cannot_be_deleted(publish):
    release = publish()

    with pytest.raises(ProtectedError):
        release.delete()


def test_title_may_be_longer_than_any_trap(make_release):
    title = "Attorney General " * 40

    assert make_release(title=title).title == title


def test_version_digest_includes_the_previous_one(publish):
    version = publish().versions.get()

    assert version.sha256 == version.digest("")
    assert version.digest("") != version.digest("another")


def test_numbers_run_through_the_year_and_grow_past_four_digits(db):
    NumberSeries.objects.create(year=2024, last=9998)

    assert NumberSeries.allocate(2024, 3) == ["2024-9999", "2024-10000", "2024-10001"]
    assert NumberSeries.allocate(2023) == ["2023-0001"]


def test_numbers_go_on_after_those_of_a_restored_archive(make_release):
    make_release(number="2024-0007")

    assert NumberSeries.allocate(2024) == ["2024-0008"]


@pytest.mark.django_db(transaction=True)
def test_rolled_back_number_leaves_no_gap():
    with transaction.atomic():
        NumberSeries.allocate(2024)
        transaction.set_rollback(True)

    with transaction.atomic():
        assert NumberSeries.allocate(2024) == ["2024-0001"]


@pytest.mark.django_db(transaction=True)
def test_concurrent_publishers_never_share_a_number():
    taken: list[str] = []

    def take_ten() -> None:
        for _ in range(10):
            with transaction.atomic():
                taken.extend(NumberSeries.allocate(2024))
        connection.close()

    publishers = [threading.Thread(target=take_ten) for _ in range(4)]
    for publisher in publishers:
        publisher.start()
    for publisher in publishers:
        publisher.join()

    assert sorted(taken) == [f"2024-{serial:04d}" for serial in range(1, 41)]


def test_day_starts_at_midnight_in_the_office():
    release = Release(date=datetime.date(2012, 9, 21))

    assert release.start_of_day().isoformat() == "2012-09-21T00:00:00-07:00"


def test_resolved_warning_is_removed_and_others_stay(make_release):
    warnings = [{"field": "date", "code": "absurd_date", "message": message} for message in "ab"]
    release = make_release(import_warnings=warnings)

    release.resolve_warnings(release.unresolved_warnings()[:1])

    assert release.import_warnings == warnings[1:]


def test_paragraphs_keep_their_numbers_through_versions(corrected_twice):
    first, second, third = corrected_twice.versions.all()

    assert list(first.paragraphs) == [1, 2, 3]
    assert list(second.paragraphs) == [1, 4, 2, 3]
    assert list(third.paragraphs) == [1, 2, 3, 5]
    assert third.paragraphs[3] == "Third and very last."


def test_withdrawal_and_reinstatement_keep_the_numbers(corrected_twice):
    publishing.reinstate(publishing.withdraw(corrected_twice, "a reason"), "a reason")

    assert list(corrected_twice.versions.last().paragraphs) == [1, 2, 3, 5]


def test_reissued_version_numbers_paragraphs_from_one(publish, in_an_hour):
    release = publishing.recall(publish(release_at=in_an_hour, body="One.\n\nTwo."), "Not so.")
    release.body = "Words.\n\nOne."
    release.save()
    publishing.approve(release, release.updated_at, confirmed=True)

    assert list(release.versions.last().paragraphs) == [1, 2]


def test_paragraph_numbers_are_permanent(corrected_twice):
    with pytest.raises(DatabaseError, match="append-only"):
        corrected_twice.versions.update(paragraph_numbers=None)


def test_migration_numbers_paragraphs_as_new_versions_do(corrected_twice):
    migration = import_module("releases.migrations.0011_paragraph_numbers")
    given = [list(version.paragraphs) for version in corrected_twice.versions.all()]
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {migration.ALLOW}")
    corrected_twice.versions.update(paragraph_numbers=None)

    migration.number_paragraphs(apps, None)

    assert [list(version.paragraphs) for version in corrected_twice.versions.all()] == given


def test_slug_cannot_look_like_a_paragraph_link(make_release):
    with pytest.raises(IntegrityError, match="slug_is_no_page_of_its_own"):
        make_release(slug="p1")
