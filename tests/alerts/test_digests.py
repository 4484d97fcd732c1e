"""Daily and weekly digests by the office's calendar."""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from releases import publishing
from releases.alerts import announcing, digests, subscriptions, worker
from releases.models import DigestRun, OutgoingMail
from releases.search import worker as search
from tests.alerts.conftest import plain

ZONE = ZoneInfo("America/Los_Angeles")


def local(*parts):
    return datetime.datetime(*parts, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(2026, 3, 8, 6, 59), local(2026, 3, 7, 7)),  # clocks go forward this night
        (local(2026, 3, 8, 7), local(2026, 3, 8, 7)),
        (local(2026, 11, 1, 7, 1), local(2026, 11, 1, 7)),  # and back
        (local(2028, 2, 29, 8), local(2028, 2, 29, 7)),
        (local(2028, 3, 1, 6), local(2028, 2, 29, 7)),
        (local(2027, 1, 1, 5), local(2026, 12, 31, 7)),
    ],
)
def test_daily_digest_is_due_at_seven_in_the_office(at, expected):
    assert digests.latest_moment("daily", at) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(2026, 3, 9, 7), local(2026, 3, 9, 7)),  # a Monday, after a week of 167 hours
        (local(2026, 3, 9, 6), local(2026, 3, 2, 7)),
        (local(2027, 1, 3, 23), local(2026, 12, 28, 7)),
        (local(2028, 3, 1, 12), local(2028, 2, 28, 7)),
    ],
)
def test_weekly_digest_is_due_on_monday(at, expected):
    assert digests.latest_moment("weekly", at) == expected


def test_periods_meet_without_gap_across_a_night_of_the_clocks(db):
    for day in range(6, 11):
        digests.queue_due(local(2026, 3, day, 12))

    runs = list(DigestRun.objects.filter(frequency="daily").order_by("until"))
    assert [run.since for run in runs[1:]] == [run.until for run in runs[:-1]]
    assert runs[2].until - runs[2].since == datetime.timedelta(hours=23)


@pytest.mark.parametrize(
    "night",
    [local(2027, 3, 14), local(2027, 11, 7), local(2028, 2, 29), local(2028, 1, 1)],
    ids=["clocks go forward", "clocks go back", "29 February", "new year"],
)
def test_each_release_of_a_special_night_is_in_one_digest(inbox, subscribe, make_release, night):
    subscribe("ana", frequency="daily")
    midnight = night.astimezone(datetime.UTC)
    digests.queue_due(midnight - datetime.timedelta(hours=9))
    hours = [midnight + datetime.timedelta(hours=hour) for hour in (-1, 6, 7, 9)]
    for at in hours:
        publishing.approve(make_release(title=f"News at {at:%H}"), at, confirmed=True)

    for at in (*hours, midnight + datetime.timedelta(hours=33)):
        worker.process(at)

    texts = "".join(plain(message) for _, message in inbox())
    assert [texts.count(f"News at {at:%H}\n") for at in hours] == [1] * len(hours)
    assert len(inbox()) == 2


def test_digest_has_each_release_of_its_day_once(inbox, subscribe, make_release):
    subscribe("ana", frequency="daily")
    subscribe("ana", q="rivers", frequency="daily")
    subscribe("eve", frequency="weekly")
    morning = timezone.make_aware(
        datetime.datetime.combine(timezone.localdate() + datetime.timedelta(days=1), digests.HOUR)
    )
    inbox.process()
    before = morning - datetime.timedelta(hours=2)
    for title in ("Rivers", "Roads", "Withdrawn Later"):
        last = publishing.approve(make_release(title=title, body=f"{title} today."), before)
    assert inbox.process(before) == []
    publishing.withdraw(last, "It was wrong.", at=before)
    publishing.approve(make_release(title="At Noon"), morning + datetime.timedelta(hours=5))

    inbox.process(morning)
    mails = inbox.process(morning + datetime.timedelta(minutes=5))

    [(_, message)] = [pair for pair in mails if pair[0].startswith("ana")]
    text = plain(message)
    assert message["Subject"].startswith("2 press releases")
    assert (text.count("Rivers\n"), text.count("Roads\n")) == (1, 1)
    assert "Withdrawn Later" not in text
    assert "At Noon" not in text


@pytest.mark.parametrize("criteria", [{}, {"q": "records"}])
def test_what_waits_for_a_digest_comes_when_more_mails_are_chosen(
    inbox, subscribe, issue, criteria
):
    subscription = subscribe("ana", frequency="weekly", **criteria)
    inbox.process()
    issue(title="Rivers")
    assert inbox.process() == []
    now = timezone.now()

    for frequency in ("daily", "at-once"):
        subscriptions.change_frequency(subscription.subscriber, subscription.pk, frequency, now)
    inbox.process()
    mails = inbox.process(now + datetime.timedelta(days=8))

    assert [message["Subject"] for _, message in mails] == ["Rivers"]


def test_what_waits_for_the_first_digest_of_a_site_comes_too(inbox, subscribe, issue):
    subscription = subscribe("ana", frequency="weekly")
    issue(title="Rivers")
    search.sync()
    now = timezone.now()
    announcing.queue_due(now)

    subscriptions.change_frequency(subscription.subscriber, subscription.pk, "daily", now)

    assert [message["Subject"] for _, message in inbox.process()] == ["Rivers"]


def test_page_says_whether_mail_comes_now(inbox, subscribe, issue, client):
    subscription = subscribe("ana", frequency="weekly")
    inbox.process()
    issue(title="Rivers")
    inbox.process()
    page = f"/alerts/mine/{subscription.subscriber.token}/"
    given = {"action": "change", "subscription": subscription.pk}

    answers = []
    for frequency in ("weekly", "daily"):
        answers.append(client.post(page, {**given, "frequency": frequency}).text)
    mails = inbox.process()
    answers.append(client.post(page, {**given, "frequency": "at-once"}).text)

    assert ["waiting for your next e-mail" in text for text in answers] == [False, True, False]
    assert all("Saved." in text for text in answers)
    assert [message["Subject"] for _, message in mails] == ["Rivers"]


def test_what_waits_comes_if_more_mails_are_chosen_by_a_new_confirmation(inbox, subscribe, issue):
    subscription = subscribe("ana", frequency="weekly")
    inbox.process()
    issue(title="Rivers")
    inbox.process()
    place = subscriptions.FREQUENCIES.index("at-once")

    token = subscriptions.sign_link("confirm", subscription.pk, place)
    subscriptions.confirm(token, timezone.now())

    assert [message["Subject"] for _, message in inbox.process()] == ["Rivers"]
    subscription.refresh_from_db()
    assert subscription.frequency == "at-once"


def test_news_that_is_too_much_for_one_mail_comes_in_several(inbox, subscribe, issue, monkeypatch):
    monkeypatch.setattr(digests, "MAX_VERSIONS", 2)
    subscribe("ana", frequency="daily")
    inbox.process()
    for title in ("Rivers", "Roads", "Bridges"):
        issue(title=title)
    inbox.process()

    mails = inbox.process(timezone.now() + datetime.timedelta(days=1))

    texts = "".join(plain(message) for _, message in mails)
    assert [texts.count(f"{title}\n") for title in ("Rivers", "Roads", "Bridges")] == [1, 1, 1]
    assert len(mails) == 2


def test_digest_with_too_much_news_counts_the_rest_once_with_a_link(
    inbox, subscribe, issue, monkeypatch, client
):
    monkeypatch.setattr(digests, "MAX_VERSIONS", 1)
    monkeypatch.setattr(digests, "MAX_MAILS", 2)
    subscribe("ana", language="en", frequency="daily")
    inbox.process()
    for title in ("Rivers", "Roads", "Bridges", "Tunnels"):
        issue(title=title)
    inbox.process()

    mails = inbox.process(timezone.now() + datetime.timedelta(days=1))
    assert len(inbox.process(timezone.now() + datetime.timedelta(days=2))) == len(mails)

    texts = [plain(message) for _, message in mails]
    assert ["2 more are not in this e-mail." in text for text in texts] == [False, True]
    link = re.search(r"http\S+(/search/\?language=en&from=\S+&to=\S+)", texts[1])[1]
    assert "Tunnels" in client.get(link).text


def test_digest_without_news_is_not_sent(db, subscribe, inbox):
    subscribe("ana", frequency="daily")

    inbox.process()

    assert not OutgoingMail.objects.exists()
