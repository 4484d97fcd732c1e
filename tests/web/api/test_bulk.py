"""API for whole archives: totals, fields, changes, corrections, topics and downloads."""

import csv
import datetime
import io
import json

import pytest
from django.utils import timezone

from releases import publishing
from releases.models import Topic
from releases.search import results, worker
from releases.search.query.parser import parse
from tests.conftest import NOON
from tests.web.api.test_api import LIST, day, numbers, streamed, walk


def test_page_says_how_many_match_in_all(client, publish):
    for n in range(3):
        publish(title=f"Notice {n}")
    worker.sync()

    for query in ("?limit=2", "?q=notice&limit=2", "?q=notice&sort=relevance&limit=2"):
        assert client.get(LIST + query).json()["total"] == 3


def test_only_the_requested_fields_are_sent(client, publish):
    number = publish(body="One.\n\nTwo.").number
    wanted = "fields=number,full_text"

    for address in (f"{LIST}{number}/?{wanted}", "/api/v1/releases.jsonl?" + wanted):
        row = json.loads(body(client.get(address)))
        assert row == {"number": number, "full_text": "One.\n\nTwo."}
    assert list(client.get(f"{LIST}?{wanted}").json()["releases"][0]) == ["number", "full_text"]
    assert streamed(client, "/api/v1/releases.csv?fields=date,number").splitlines()[0] == (
        "date,number"
    )


def body(answer):
    return b"".join(answer) if answer.streaming else answer.content


def test_relevance_is_the_order_of_the_site(client, publish):
    for n in range(5):
        publish(
            day(1 + n), title="A notice" if n == 2 else "Words", body=f"A notice {n}. " * (n + 1)
        )
    worker.sync()
    hits = results.search(parse("notice")).hits

    found = walk(client, f"{LIST}?q=notice&sort=relevance&limit=2")

    assert found == [hit.release.number for hit in hits] != sorted(found)


def test_changes_since_a_day_are_listed(client, publish, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(timezone, "now", lambda: NOON)
        publish()
        old = publish()
    publishing.rename(old, "another-slug")
    new = publish()  # dated as printed, public since now
    since = f"{LIST}?updated_since="

    assert new.number in numbers(client.get(f"{since}{timezone.localdate()}").json())
    assert client.get(f"{since}{timezone.localdate()}").json()["total"] < 3
    assert client.get(f"{since}2020-01-01T00:00:00Z").json()["total"] == 3
    assert client.get(f"{since}2999-01-01").json()["total"] == 0


@pytest.mark.parametrize(
    "moment",
    [
        *("0001-01-01", "9999-12-31", "0001-01-01T00:00:00%2B14:00", "0001-01-01T00:00:00%2B23:59"),
        *("9999-12-31T23:59:59-23:59", "2024-01-01T00:00:00%2B00:00:30.5"),
    ],
)
def test_extreme_moments_are_answered(client, db, moment):
    assert client.get(f"{LIST}?updated_since={moment}").status_code in (200, 400)


def test_withdrawn_releases_are_listed_without_their_text(client, publish):
    publish()
    release = publishing.withdraw(publish(body="Gluxmark"), "It was wrong.")

    answer = client.get(f"{LIST}?status=withdrawn")
    (row,) = answer.json()["releases"]

    assert (row["number"], row["status"]) == (release.number, "withdrawn")
    assert "It was wrong." in row["notice"]
    assert "Gluxmark" not in answer.text
    assert "Gluxmark" not in streamed(client, "/api/v1/releases.jsonl?status=withdrawn")
    csv_text = streamed(client, "/api/v1/releases.csv?status=withdrawn")
    assert release.number in csv_text
    assert "Gluxmark" not in csv_text
    page = client.get(f"{LIST}?status=withdrawn&fields=text,number").json()
    assert page["releases"] == [{"number": release.number}]
    assert "the field text" in page["ignored"][0]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("sort=relevance", "sort"),
        ("q=a&status=withdrawn", "status"),
        ("q=a&updated_since=2024-01-01", "updated_since"),
        ("q=a&sort=relevance&cursor=1-1", "cursor"),
        ("q=a&sort=relevance&page=999999", "page"),
        ("page=101&limit=100", "page"),
    ],
)
def test_parameters_that_exclude_each_other_are_refused(client, db, query, name):
    answer = client.get(f"{LIST}?{query}")

    assert answer.status_code == 409
    assert name in answer.json()["errors"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("fields=nothing", "fields"),
        ("fields=,", "fields"),
        ("updated_since=soon", "updated_since"),
        ("status=draft", "status"),
    ],
)
def test_unknown_values_are_refused(client, db, query, name):
    answer = client.get(f"{LIST}?{query}")

    assert answer.status_code == 400
    assert name in answer.json()["errors"]


def test_translations_are_linked_once_public(client, publish, in_an_hour):
    original = publish()
    spanish = publish(language="es", translation_of=original)
    publish(in_an_hour, language="fr", translation_of=original)

    for release, other in ((original, spanish), (spanish, original)):
        (link,) = client.get(f"{LIST}{release.number}/").json()["translations"]
        assert (link["number"], link["language"]) == (other.number, other.language)
        assert link["url"].endswith(other.get_absolute_url())


def test_corrections_are_listed_in_bulk(client, corrected, publish, monkeypatch):
    monkeypatch.setattr("releases.web.api.corrections.BATCH", 1)
    publishing.withdraw(publish(), "It was wrong.")
    publishing.remove(publish(title="Gluxmark"), "A minor.", withhold_title=True)

    page = client.get("/api/v1/corrections/").json()
    rows = list(csv.DictReader(io.StringIO(streamed(client, "/api/v1/corrections.csv"))))
    lines = streamed(client, "/api/v1/corrections.jsonl").splitlines()

    assert (page["total"], page["next"]) == (3, None)
    assert [row["kind"] for row in page["corrections"]] == [
        "withdrawal",
        "withdrawal",
        "correction",
    ]
    assert [row["note"] for row in rows] == [row["note"] for row in page["corrections"]]
    assert [json.loads(line) for line in lines] == page["corrections"]
    assert "Gluxmark" not in str(page)
    assert page["corrections"][0]["status"] == "removed"
    first = client.get("/api/v1/corrections/?limit=2").json()
    second = client.get(first["next"]).json()
    assert first["corrections"] + second["corrections"] == page["corrections"]
    assert client.get("/api/v1/corrections/?cursor=x").status_code == 400


def test_topics_are_listed_with_their_number_of_releases(client, publish):
    publish().topics.add(Topic.objects.create(name="Water", slug="water"))
    Topic.objects.create(name="Unused", slug="unused")

    (topic,) = client.get("/api/v1/topics/").json()["topics"]

    assert (topic["slug"], topic["releases"]) == ("water", 1)
    assert topic["url"].endswith("/topics/water/")


@pytest.mark.django_db(transaction=True)
def test_topics_are_listed_by_name(client, publish):
    for months, (name, slug) in enumerate([("Water", "a"), ("Élan", "b"), ("Air", "c")]):
        release = publish(NOON + months * datetime.timedelta(days=100), title=name)
        release.topics.add(Topic.objects.create(name=name, slug=slug))

    listed = client.get("/api/v1/topics/").json()["topics"]

    assert [topic["name"] for topic in listed] == ["Air", "Water", "Élan"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "releases"),
        ("?year=2012&q=opioids", "releases-2012-opioids"),
        ("?topic=water&language=es&from=2012-01-01", "releases-water-es-2012-01-01"),
        ("?q=%22../..%22%0d%0a;", "releases"),
    ],
)
def test_downloads_are_named_for_their_filter(client, publish, query, name):
    publish()
    worker.sync()
    answer = client.get(f"/api/v1/releases.csv{query}")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'


def test_docs_are_also_in_spanish(client, db):
    page = client.get("/es/api/v1/docs").text

    assert "/releases/2012-0001/un-acuerdo-pone-fin-a-los-vertidos-en-el-rio/" in page
    assert "Parámetro" in page
    assert "pd.read_csv" in page
