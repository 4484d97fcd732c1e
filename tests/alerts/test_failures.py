"""Announcements that fail: tried again after pauses, given up in the end, shown to staff."""

import datetime

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone

from releases.alerts import announcing, calls
from releases.mail.attempts import MAX_ATTEMPTS
from releases.models import Announcement

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def fail(monkeypatch):
    """Return a function that makes queueing fail for one release: `fail(release, DataError())`."""
    enqueue = calls.enqueue

    def start(release, error):
        def fails_for_one(version, at):
            if version.release_id == release.pk:
                raise error
            enqueue(version, at)

        monkeypatch.setattr(calls, "enqueue", fails_for_one)

    return start


@pytest.mark.parametrize("error", [RuntimeError(), DataError()])
def test_announcement_that_fails_for_ever_is_tried_after_pauses_and_given_up(
    subscribe, inbox, issue, fail, caplog, error
):
    subscribe("ana")
    fail(issue(title="Rivers"), error)
    issue(title="Roads")
    start = timezone.now()

    queued = [announcing.queue_due(start + n * MINUTE / 2) for n in range(8)]

    assert queued == [1, *[0] * 7]
    assert sum(record.exc_info is not None for record in caplog.records) == 3
    assert announcing.count_failed(start) == (1, 0)
    for n in range(MAX_ATTEMPTS):
        announcing.queue_due(start + DAY / 4 * (n + 1))
    assert announcing.count_failed(start + 4 * DAY) == (0, 1)
    assert not Announcement.objects.filter(done_at=None).exists()


def test_database_that_fails_is_not_the_fault_of_an_announcement(subscribe, inbox, issue, fail):
    fail(issue(), OperationalError())

    with pytest.raises(OperationalError):
        announcing.queue_due(timezone.now())

    assert announcing.count_failed(timezone.now()) == (0, 0)


def test_announcement_that_fails_holds_up_no_digest_and_comes_in_the_next(
    subscribe, inbox, issue, fail
):
    subscribe("ana", frequency="daily")
    inbox.process()
    release = issue(title="Rivers")
    fail(release, RuntimeError())
    issue(title="Roads")
    inbox.process()
    now = timezone.now()

    first = inbox.process(now + DAY)
    Announcement.objects.update(attempts=MAX_ATTEMPTS - 1, next_try_at=None)
    inbox.process(now + DAY)
    both = inbox.process(now + 2 * DAY)

    assert [message["Subject"].partition(",")[0] for _, message in first] == ["Roads"]
    assert [message["Subject"].partition(",")[0] for _, message in both] == ["Roads", "Rivers"]


def test_failed_alerts_are_shown_to_administrators(client, staff, issue):
    release = issue()
    Announcement.objects.filter(release=release).update(attempts=1)
    client.force_login(staff("administrator"))

    assert "Releases whose alerts failed: 1." in client.get("/admin/").text
