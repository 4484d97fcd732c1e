"""Working copies are limited, private to a person, and deleted on saving."""

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from releases.models import DraftState, Release, SentForm, WorkingCopy
from releases.publishing import drafts

SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
TOKEN = "0" * 32


def typed(title):
    return [("title", title), ("body", "Text.")]


@pytest.fixture
def ana(staff):
    return staff("writer", "Ana")


@pytest.fixture
def keep(ana, make_release):
    """Save a copy with that title, that long after the first: `keep("A", 3 * SECOND)`."""
    release, start = make_release(), timezone.now()

    def go(title, after=datetime.timedelta(), **other):
        given = {"by": ana, "release": release, "token": "", **other}
        return drafts.save_copy(**given, fields=typed(title), at=start + after)

    return go


def titles(by, release):
    return [copy.title for copy in drafts.copies(by, release)]


def test_saves_within_minutes_are_one_state(keep):
    keep("A")
    keep("AB", 3 * SECOND)
    keep("Another", 6 * MINUTE)

    assert [copy.title for copy in WorkingCopy.objects.all()] == ["Another", "AB"]


def test_same_form_is_not_kept_twice_a_second(keep):
    keep("A")

    with pytest.raises(drafts.TooOftenError):
        keep("AB", SECOND / 2)


def test_number_of_states_is_bounded(keep):
    for number in range(drafts.MAX_STATES_PER_FORM + 3):
        keep(f"{number}", number * 6 * MINUTE)

    assert WorkingCopy.objects.count() == drafts.MAX_STATES_PER_FORM
    assert WorkingCopy.objects.first().title == f"{drafts.MAX_STATES_PER_FORM + 2}"


def test_number_of_new_forms_is_bounded(keep, monkeypatch):
    monkeypatch.setattr(drafts, "MAX_COPIES_PER_PERSON", 3)
    for number in range(5):
        keep(f"{number}", number * SECOND, release=None, token=f"{number:032x}")

    assert [copy.title for copy in WorkingCopy.objects.all()] == ["4", "3", "2"]


def test_copies_of_two_weeks_ago_are_swept(keep, staff):
    keep("Old", -drafts.LIFETIME - MINUTE, by=staff("writer", "Ben"))
    keep("New")

    assert [copy.title for copy in WorkingCopy.objects.all()] == ["New"]


def test_too_much_text_is_refused(keep):
    with pytest.raises(drafts.TooLargeError):
        keep("x" * drafts.MAX_CHARACTERS)


def test_discarding_keeps_copies_of_others(keep, ana, staff):
    ben = staff("writer", "Ben")
    release = keep("Ana’s").release
    keep("Ben’s", by=ben)

    drafts.discard(ana, release)

    assert (titles(ana, release), titles(ben, release)) == ([], ["Ben’s"])


def test_state_before_the_first_save_is_kept_too(ana, make_release):
    release = make_release(title="As imported")
    before = release.snapshot()
    release.title = "Edited"
    release.save()

    drafts.record_draft_state(release, before, ana, timezone.now())

    assert [(s.snapshot["title"], s.by) for s in release.draft_states.all()] == [
        ("Edited", ana),
        ("As imported", None),
    ]


def test_unchanged_save_adds_no_state(ana, make_release):
    release = make_release()
    for _ in range(2):
        drafts.record_draft_state(release, release.snapshot(), ana, timezone.now())

    assert DraftState.objects.count() == 1


def test_public_release_has_versions_and_no_states(ana, publish):
    release = publish()

    drafts.record_draft_state(release, None, ana, timezone.now())

    assert not DraftState.objects.exists()


def test_form_makes_one_draft(ana, make_release):
    first = make_release()
    drafts.record_sent_form(ana, TOKEN, first, timezone.now())

    with pytest.raises(drafts.AlreadySentError) as refused:
        drafts.record_sent_form(ana, TOKEN, make_release(), timezone.now())

    assert refused.value.release == first


def test_form_of_another_person_is_another_form(ana, staff, make_release):
    drafts.record_sent_form(ana, TOKEN, make_release(), timezone.now())
    drafts.record_sent_form(staff("writer", "Ben"), TOKEN, make_release(), timezone.now())

    assert SentForm.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_the_same_time_make_one_draft(ana):
    begun, refused = threading.Barrier(2), []

    def send():
        try:
            with transaction.atomic():
                release = Release.objects.create(title="Clicked twice")
                begun.wait(10)
                drafts.record_sent_form(ana, TOKEN, release, timezone.now())
        except drafts.AlreadySentError as error:
            refused.append(error.release)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert refused == [Release.objects.get()]
