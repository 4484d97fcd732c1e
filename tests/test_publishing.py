"""The verbs: what they refuse, what they leave on record."""

import datetime
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from releases import publishing
from releases.models import AuditLine, Release, SearchChange, Topic
from releases.publishing import Refused

NOW = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)


def at_once(*verbs):
    """Do them at the same moment, each on a connection of its own; returns the refusals."""
    with ThreadPoolExecutor(len(verbs)) as pool:
        outcomes = list(pool.map(in_own_connection, verbs))
    return [outcome for outcome in outcomes if isinstance(outcome, Refused)]


def in_own_connection(verb, *arguments):
    try:
        return verb(*arguments)
    except Refused as refused:
        return refused
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "The title is missing."),
        ({"date": None}, "The date is missing: write the one printed on the release."),
        ({"body": ""}, "The text is missing."),
    ],
)
def test_blockers_say_what_is_missing(make_release, fields, sentence):
    assert publishing.blockers(make_release(**fields)) == [sentence]


def test_approval_is_refused_with_the_blockers(make_release):
    release = make_release(title="", body="")

    with pytest.raises(Refused) as refused:
        publishing.approve(release, NOW)

    assert list(refused.value.reasons) == publishing.blockers(release)


def test_approval_gives_number_slug_and_first_version(make_release, admin_user):
    release = publishing.approve(make_release(), NOW, by=admin_user, at=NOW)

    version = release.versions.get()
    assert release.number == "2024-0001"
    assert release.slug == "county-opens-a-records-office"
    assert (version.kind, version.number, version.by, version.at) == ("issued", 1, admin_user, NOW)
    assert version.snapshot["title"] == "County Opens a Records Office"


def test_number_is_of_the_printed_year(make_release):
    release = make_release(date=datetime.date(2012, 9, 21))

    assert publishing.approve(release, NOW).number == "2012-0001"


def test_second_approval_is_refused(publish):
    with pytest.raises(Refused, match="It is approved already"):
        publishing.approve(publish(), NOW)


@pytest.mark.django_db(transaction=True)
def test_approval_at_the_same_moment_happens_once(make_release):
    release = make_release()

    refusals = at_once(*[lambda: publishing.approve(release, NOW)] * 4)

    assert len(refusals) == 3
    assert release.versions.count() == 1


def test_change_on_record_is_chained_to_the_version_before(publish):
    release = publish()
    release.body = "SPRINGFIELD – The county opened two records offices today."
    release.save()

    version = publishing.record_change(release, "correction", "Two offices, not one.", at=NOW)

    first = release.versions.first()
    assert version.number == 2
    assert version.sha256 == version.digest(first.sha256)


def test_change_that_the_public_can_not_see_makes_no_version(publish):
    release = publish()

    assert publishing.record_change(release, "minor", "") is None
    assert release.versions.count() == 1


def test_draft_keeps_no_versions(make_release):
    assert publishing.record_change(make_release(), "minor", "") is None


def test_correction_without_a_note_is_refused(publish):
    release = publish()
    release.title = "County Opens Two Records Offices"
    release.save()

    with pytest.raises(Refused, match="needs a note"):
        publishing.record_change(release, "correction", " ")


@pytest.mark.parametrize(
    ("verb", "status"), [(publishing.withdraw, "withdrawn"), (publishing.remove, "removed")]
)
def test_taking_back_leaves_reason_and_version(publish, verb, status):
    release = verb(publish(), "It named the wrong county.", at=NOW)

    assert release.status == status
    assert not release.is_published()
    assert release.versions.last().kind == "withdrawal"
    assert release.versions.last().note == "It named the wrong county."


def test_withdrawal_needs_a_reason(publish):
    with pytest.raises(Refused, match="The reason is missing"):
        publishing.withdraw(publish(), "")


def test_draft_can_not_be_withdrawn(make_release):
    with pytest.raises(Refused, match="only a published release"):
        publishing.withdraw(make_release(), "a reason")


def test_embargoed_release_is_queued_for_its_lift(publish):
    lift = timezone.now() + datetime.timedelta(hours=3)

    release = publish(release_at=lift)

    assert SearchChange.objects.filter(release=release, due_at=lift).exists()


def test_submission_puts_a_draft_in_review(make_release):
    assert publishing.submit(make_release()).status == "in_review"


def test_submission_is_refused_with_what_is_missing(make_release):
    with pytest.raises(Refused, match="The title is missing"):
        publishing.submit(make_release(title=""))


def test_what_is_sent_back_is_a_draft_again(make_release):
    release = publishing.submit(make_release())

    assert publishing.send_back(release, "Name the county.").status == "draft"


def test_last_author_does_not_approve(make_release, staff):
    writer = staff("publisher")

    with pytest.raises(Refused, match="You made its last change"):
        publishing.approve(make_release(edited_by=writer), NOW, by=writer)


def test_own_approval_with_a_reason_is_recorded(make_release, staff):
    publisher = staff("publisher")

    release = publishing.approve(
        make_release(edited_by=publisher), NOW, "Alone tonight.", by=publisher, origin="admin"
    )

    line = release.audit_lines.last()
    assert (line.deed, line.by, line.why, line.origin) == (
        "approved",
        publisher,
        "Alone tonight.",
        "admin",
    )


@pytest.mark.parametrize(
    ("role", "verb", "arguments"),
    [
        ("writer", publishing.withdraw, ["a reason"]),
        ("writer", publishing.rename, ["another-slug"]),
        ("publisher", publishing.remove, ["a reason"]),
        ("publisher", publishing.block, ["a reason"]),
    ],
)
def test_verb_is_refused_below_its_role(publish, staff, role, verb, arguments):
    with pytest.raises(Refused, match="Your account may not do this"):
        verb(publish(), *arguments, by=staff(role))


def test_writer_does_not_approve(make_release, staff):
    with pytest.raises(Refused, match="role of publisher"):
        publishing.approve(make_release(), NOW, by=staff("writer"))


def test_embargo_can_be_moved_and_the_index_follows(publish, in_an_hour):
    release = publish(release_at=in_an_hour)
    sooner = timezone.now() + datetime.timedelta(minutes=5)

    assert publishing.reschedule(release, sooner).release_at == sooner
    assert SearchChange.objects.filter(release=release, due_at=sooner).exists()


def test_what_is_public_is_not_moved_nor_called_back(publish):
    for verb, argument in ((publishing.reschedule, NOW), (publishing.recall, "a reason")):
        with pytest.raises(Refused, match="It is public already"):
            verb(publish(), argument)


def test_recalled_release_keeps_its_number(publish, in_an_hour):
    release = publish(release_at=in_an_hour)

    recalled = publishing.recall(release, "A name is wrong.")
    again = publishing.approve(recalled, NOW)

    assert (recalled.status, recalled.release_at) == ("in_review", None)
    assert again.number == release.number


def test_words_under_embargo_change_only_after_recall(publish, in_an_hour):
    release = publish(release_at=in_an_hour)
    release.body = "Other words."
    release.save()

    with pytest.raises(Refused, match="call it back"):
        publishing.record_change(release, "correction", "a note")


def test_minor_edit_that_changes_words_is_refused(publish):
    release = publish()
    release.body = "SPRINGFIELD – The county opened no records office today."
    release.save()

    with pytest.raises(Refused, match="Words have changed"):
        publishing.record_change(release, "minor")


def test_minor_edit_of_typography_is_kept_without_a_note(publish):
    release = publish()
    release.body = release.body.replace("–", "--").replace("--", "—")
    release.save()

    assert publishing.record_change(release, "minor").kind == "minor"


def test_text_of_a_withdrawn_release_stays(publish):
    release = publishing.withdraw(publish(), "a reason")
    release.title = "Another title"
    release.save()

    with pytest.raises(Refused, match="its text stays as it was"):
        publishing.record_change(release, "correction", "a note")


def test_withdrawal_under_embargo_is_refused(publish, in_an_hour):
    with pytest.raises(Refused, match="not public yet"):
        publishing.withdraw(publish(release_at=in_an_hour), "a reason")


def test_block_by_law_leaves_its_own_status(publish):
    assert publishing.block(publish(), "By order of the court.").status == "blocked"


def test_reinstated_release_is_public_and_says_why(publish):
    release = publishing.reinstate(publishing.withdraw(publish(), "a reason"), "It was right.")

    assert release.is_published()
    assert (release.versions.last().kind, release.versions.last().note) == (
        "reinstated",
        "It was right.",
    )


def test_withdrawn_release_leads_to_the_last_of_its_successors(publish):
    first, second, third = publish(), publish(), publish()

    first = publishing.withdraw(first, "a reason", second)
    publishing.withdraw(second, "a reason", third)
    first.refresh_from_db()

    assert first.replacement() == third


def test_successors_never_lead_in_a_circle(publish):
    first, second, third = publish(), publish(), publish()
    publishing.withdraw(first, "a reason", second)
    publishing.withdraw(second, "a reason", third)

    with pytest.raises(Refused, match="circle"):
        publishing.withdraw(third, "a reason", first)
    with pytest.raises(Refused, match="in place of itself"):
        publishing.withdraw(third, "a reason", third)


@pytest.mark.django_db(transaction=True)
def test_two_releases_withdrawn_for_each_other_at_once_make_no_circle(publish):
    first, second = publish(), publish()

    refusals = at_once(
        lambda: publishing.withdraw(first, "a reason", second),
        lambda: publishing.withdraw(second, "a reason", first),
    )

    assert len(refusals) == 1
    assert Release.objects.filter(status="withdrawn").count() == 1


def test_renamed_release_has_a_new_permalink_and_a_version(publish):
    release = publishing.rename(publish(), "new-office")

    assert release.get_absolute_url() == "/releases/2024-0001/new-office/"
    assert release.versions.last().kind == "minor"


@pytest.mark.parametrize("slug", ["versions", "A b", "", "ü"])
def test_slug_that_can_not_stand_in_an_address_is_refused(publish, slug):
    with pytest.raises(Refused, match="can not stand in an address"):
        publishing.rename(publish(), slug)


def test_translation_is_paired_with_an_original_in_another_language(make_release):
    english, spanish = make_release(), make_release(language="es")

    assert publishing.pair(spanish, english).translation_of == english
    for release, original, sentence in (
        (english, english, "not a translation of itself"),
        (english, spanish, "is a translation itself"),
        (make_release(), english, "same language"),
    ):
        with pytest.raises(Refused, match=sentence):
            publishing.pair(release, original)


def test_topics_given_to_many_are_versions_of_those_that_are_public(publish, make_release):
    public, draft = publish(), make_release()
    topic = Topic.objects.create(name="Records", slug="records")

    publishing.each(publishing.file_under, [public, draft], [topic])

    assert list(draft.topics.all()) == [topic]
    assert public.versions.last().snapshot["topics"] == ["records"]
    assert draft.versions.count() == 0


def test_refusal_of_one_stops_none_of_the_others(publish, make_release):
    public, draft = publish(), make_release()

    refused, done = publishing.each(publishing.withdraw, [draft, public], "a reason")

    assert "only a published release" in refused.reasons[0]
    assert done.release.status == "withdrawn"


def test_stale_verb_is_refused_with_who_changed_it(publish, staff):
    release = publish()
    seen = release.updated_at
    publishing.rename(release, "new-office", by=staff("publisher", "Ana"))

    with pytest.raises(Refused, match=r"Ana changed its address on .* after you opened it"):
        publishing.withdraw(release, "a reason", seen=seen)


def test_number_that_was_given_out_is_never_deleted(publish, make_release):
    with pytest.raises(Refused, match="withdrawn, not deleted"):
        publishing.record_deletion(publish())

    draft = make_release()
    publishing.record_deletion(draft)
    draft.delete()
    assert AuditLine.objects.filter(deed="deleted", subject=str(draft)).exists()


def test_every_verb_leaves_an_audit_line(publish, make_release, in_an_hour):
    release = publishing.approve(publishing.submit(make_release()), in_an_hour)
    release = publishing.reschedule(release, NOW)
    release = publishing.reinstate(publishing.withdraw(release, "a reason"), "It was right.")
    publishing.block(publishing.remove(release, "It named a minor."), "By order of the court.")

    assert [line.deed for line in release.audit_lines.all()] == [
        *("submitted", "approved", "rescheduled", "withdrew", "reinstated", "removed", "blocked")
    ]


@pytest.mark.django_db(transaction=True)
def test_approval_while_the_clock_passes_is_public_at_its_moment(make_release):
    release = make_release()
    lift = timezone.now() + datetime.timedelta(milliseconds=150)

    with transaction.atomic():
        Release.objects.select_for_update().get(pk=release.pk)
        approver = threading.Thread(
            target=lambda: in_own_connection(publishing.approve, release, lift)
        )
        approver.start()
        time.sleep(0.3)
    approver.join()

    release.refresh_from_db()
    assert release.is_published()
    assert release.versions.get().at > lift
    assert list(release.versions.public()) == [release.versions.get()]


@pytest.mark.parametrize(
    ("local", "utc"),
    [("2024-11-03T01:30-07:00", "08:30"), ("2024-11-03T01:30-08:00", "09:30")],
)
def test_embargo_in_the_hour_that_the_clock_runs_twice_is_one_moment(publish, local, utc):
    lift = datetime.datetime.fromisoformat(local)
    release = publish(release_at=lift)
    release.refresh_from_db()

    assert release.release_at.astimezone(datetime.UTC).strftime("%H:%M") == utc
    assert not release.is_published(lift - datetime.timedelta(seconds=1))
    assert release.is_published(lift)
