"""Releases embargoed by their source stay drafts, with the release time proposed."""

import datetime
import json

import pytest

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader
from releases.models import Release

NOW = datetime.datetime(2036, 11, 20, 12, 0, tzinfo=datetime.UTC)
UNTIL_TEN = datetime.datetime(2037, 1, 13, 15, 0, tzinfo=datetime.UTC)
BODY = "OAKFIELD – The Health Bureau found lead in three wells of the valley this fall."


@pytest.fixture(autouse=True)
def eastern(settings):
    settings.TIME_ZONE = "America/New_York"


def imported(data, name="a.txt"):
    [outcome] = Loader(approve=True, at=NOW).load(
        formats.read_all([InputFile(name, data.encode())])
    )
    return outcome


def text(first, date="November 18, 2036"):
    return f"{first}\n{date}\n\nHealth Bureau Finds Lead in Three Wells\n\n{BODY}\n\n###\n"


def record(**fields):
    given = {"source": "county", "id": "1", "title": "Lead in Three Wells", "body": BODY}
    return json.dumps({**given, "language": "en", **fields})


def codes(outcome):
    return {warning.code for warning in outcome.warnings}


@pytest.mark.django_db
def test_stated_embargo_makes_a_draft_with_its_moment_and_no_number():
    outcome = imported(text("EMBARGOED UNTIL 10 a.m. EST Tuesday, January 13, 2037"))

    release = outcome.release
    assert (outcome.outcome, release.status, release.number) == ("draft", "draft", None)
    assert release.proposed_release_at == UNTIL_TEN
    assert release.date == datetime.date(2036, 11, 18)
    assert "embargo" in codes(outcome)


@pytest.mark.django_db
def test_past_embargo_is_ignored():
    outcome = imported(text("EMBARGOED UNTIL 12:01 a.m. EST Tuesday, November 18, 2036"))

    assert outcome.release.is_published(NOW)
    assert outcome.release.proposed_release_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["EMBARGOED", "EMBARGOED UNTIL MIDNIGHT JANUARY 13, 2037"])
def test_unclear_embargo_makes_a_draft_without_a_moment(words):
    outcome = imported(text(words))

    assert (outcome.release.status, outcome.release.proposed_release_at) == ("draft", None)
    assert "embargo_unclear" in codes(outcome)


@pytest.mark.django_db
def test_bare_label_above_a_clear_statement_is_ignored():
    outcome = imported(text("EMBARGOED\n\nHOLD FOR RELEASE UNTIL 10 A.M. EST JANUARY 13, 2037"))

    assert outcome.release.proposed_release_at == UNTIL_TEN


@pytest.mark.django_db
def test_year_comes_from_the_printed_date():
    outcome = imported(text("EMBARGOED UNTIL 10 A.M. EST DECEMBER 1"))

    moment = datetime.datetime(2036, 12, 1, 15, 0, tzinfo=datetime.UTC)
    assert outcome.release.proposed_release_at == moment


@pytest.mark.django_db
@pytest.mark.parametrize(
    "date", ["2037-01-13T10:00:00-05:00", "2037-01-13 10:00", "January 13, 2037, 10 a.m. EST"]
)
def test_future_date_with_a_time_is_proposed(date):
    outcome = imported(record(date=date), "a.jsonl")

    assert (outcome.release.status, outcome.release.proposed_release_at) == ("draft", UNTIL_TEN)
    assert outcome.release.date == datetime.date(2037, 1, 13)


@pytest.mark.django_db
def test_later_time_today_makes_a_draft():
    outcome = imported(record(date="2036-11-20T23:00:00-05:00"), "a.jsonl")

    assert outcome.release.status == "draft"
    assert "embargo" in codes(outcome)


@pytest.mark.django_db
def test_past_date_with_a_time_is_a_date():
    outcome = imported(record(date="2036-11-18T02:30:00"), "a.jsonl")

    assert outcome.release.is_published(NOW)


@pytest.mark.django_db
def test_future_date_is_proposed_from_midnight():
    outcome = imported(record(date="2037-01-13"), "a.jsonl")

    first = datetime.datetime(2037, 1, 13, 5, 0, tzinfo=datetime.UTC)
    assert outcome.release.proposed_release_at == first


@pytest.mark.django_db
def test_embargo_in_the_text_of_a_record_counts():
    body = f"EMBARGOED UNTIL 10 a.m. EST January 13, 2037\n\n{BODY}"

    outcome = imported(record(date="2036-11-18", body=body), "a.jsonl")

    assert (outcome.release.status, outcome.release.proposed_release_at) == ("draft", UNTIL_TEN)


@pytest.mark.django_db
def test_changed_release_time_is_proposed_again():
    imported(record(date="2037-01-13T09:00:00-05:00"), "a.jsonl")

    outcome = imported(record(date="2037-01-13T10:00:00-05:00"), "a.jsonl")

    assert outcome.outcome == "updated"
    assert Release.objects.get().proposed_release_at == UNTIL_TEN


@pytest.mark.django_db
def test_unclear_embargo_that_the_source_adds_is_named_once():
    imported(record(date="2037-01-13T09:00:00-05:00"), "a.jsonl")
    held = record(date="2037-01-13T09:00:00-05:00", embargo="when the mayor speaks")

    outcome, again = imported(held, "a.jsonl"), imported(held, "a.jsonl")

    assert (outcome.outcome, again.outcome) == ("updated", "unchanged")
    assert "embargo_unclear" in codes(outcome)
    assert Release.objects.get().proposed_release_at is None


@pytest.mark.django_db
def test_public_release_rejects_an_added_unclear_embargo():
    imported(record(date="2036-11-18"), "a.jsonl")

    outcome = imported(record(date="2036-11-18", embargoed=True), "a.jsonl")

    assert outcome.outcome == "rejected"


@pytest.mark.django_db
def test_day_of_release_to_come_is_proposed_beside_the_printed_date():
    outcome = imported(text("FOR RELEASE: January 13, 2037"))

    midnight = datetime.datetime(2037, 1, 13, 5, 0, tzinfo=datetime.UTC)
    release = outcome.release
    assert (release.status, release.date) == ("draft", datetime.date(2036, 11, 18))
    assert release.proposed_release_at == midnight


@pytest.mark.django_db
def test_public_release_rejects_an_embargoed_text():
    imported(record(date="2036-11-18"), "a.jsonl")
    body = f"EMBARGOED UNTIL 10 a.m. EST January 13, 2037\n\n{BODY}"

    outcome = imported(record(date="2036-11-18", body=body), "a.jsonl")

    assert outcome.outcome == "rejected"
    assert Release.objects.get().body == BODY


@pytest.mark.django_db
def test_headline_about_an_embargo_is_published():
    source = text("FOR IMMEDIATE RELEASE").replace("Health Bureau Finds", "Embargo on")

    assert imported(source).release.title == "Embargo on Lead in Three Wells"
    assert Release.objects.published(NOW).exists()


UNTIL = "EMBARGOED UNTIL 10 A.M. EST JANUARY 13, 2037"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"title": UNTIL},
        {"title": f"Lead in Three Wells ({UNTIL})"},
        {"title": f"Lead in Three Wells {UNTIL}"},
        {"subtitle": UNTIL},
        {"contact": f"Pat Doe\n{UNTIL}"},
        {"dateline": UNTIL},
        {"date": f"November 18, 2036 {UNTIL}"},
        {"date": f"2036-11-18 ({UNTIL})"},
        {"embargo": "2037-01-13T10:00:00-05:00"},
        {"release_at": "2037-01-13 10:00"},
        {"embargo_until": "January 13, 2037, 10 a.m."},
        {"embargoUntil": "1/13/2037 10am"},
        {"Hold": UNTIL},
        {"not_before": "2037-01-13T15:00:00Z"},
    ],
)
def test_embargo_in_any_field_makes_a_draft_with_its_moment(fields):
    outcome = imported(record(**{"date": "2036-11-18", **fields}), "a.jsonl")

    assert (outcome.release.status, outcome.release.proposed_release_at) == ("draft", UNTIL_TEN)
    assert "embargo" in codes(outcome)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"embargoed": True},
        {"hold": "yes"},
        {"embargo": "when the mayor speaks"},
        {"release_at": 2115644400},
        {"embargo": {"until": "noon"}},
        {"date": "2036-11-18, under embargo"},
    ],
)
def test_field_with_an_unclear_embargo_makes_a_draft(fields):
    outcome = imported(record(**{"date": "2036-11-18", **fields}), "a.jsonl")

    assert (outcome.release.status, outcome.release.proposed_release_at) == ("draft", None)
    assert "embargo_unclear" in codes(outcome)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"embargo": None},
        {"embargoed": False},
        {"hold": "no"},
        {"embargo": "2036-11-18T09:00:00Z"},
        {"release_at": "2036-11-18T09:00:00Z"},
        {"household": "2037-01-13"},
        {"event_at": "2037-01-13"},
        {"title": "Trade Embargo on Lead Ends"},
    ],
)
def test_record_without_an_embargo_is_published(fields):
    outcome = imported(record(**{"date": "2036-11-18", **fields}), "a.jsonl")

    assert outcome.release.is_published(NOW)


@pytest.mark.django_db
def test_embargo_in_a_csv_column_makes_a_draft():
    rows = f"id,title,date,body,embargo_until\n1,Lead,2036-11-18,{BODY},2037-01-13 10:00\n"

    outcome = imported(rows, "a.csv")

    assert outcome.release.proposed_release_at == UNTIL_TEN
