"""Updates change only the fields that their record names."""

import csv
import io
import json

import pytest

from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader
from releases.models import Release

BODY = "SPRINGFIELD – The county opened a records office.\n\nFor more information, call the county."
RECORD = {
    "id": "county:17",
    "title": "County Opens a Records Office",
    "subtitle": "Open to all",
    "date": "2024-05-14",
    "contact": "Kim Poe, (555) 010-0160",
    "dateline": "OLD SPRINGFIELD",
    "body": BODY,
    "sections": [{"kind": "about", "heading": "About the County", "body": "It is old."}],
    "topics": ["Deeds", "Records"],
    "url": "https://county.example/news/17.html",
    "language": "en",
}
ABOUT = ("about", "About the County", "It is old.")
CLOSING = ("resources", "", "For more information, call the county.")

pytestmark = pytest.mark.django_db


def load(record, approve=True, name="a.jsonl"):
    """Import one record and return the outcome."""
    file = InputFile(name, record if isinstance(record, bytes) else json.dumps(record).encode())
    [outcome] = Loader(approve=approve).load(formats.read_all([file]))
    return outcome


def update(**said):
    return load({"id": "county:17", **said})


def table(**cells):
    stream = io.StringIO()
    csv.writer(stream).writerows([cells.keys(), cells.values()])
    return stream.getvalue().encode()


def state():
    """Return the release's content, one value per part."""
    release = Release.objects.get()
    sections = [(part.kind, part.heading, part.body) for part in release.sections.all()]
    topics = [topic.name for topic in release.topics.all()]
    urls = [address.url for address in release.legacy_urls.all()]
    return {**release.snapshot(), "sections": sections, "topics": topics, "urls": urls}


@pytest.mark.parametrize(
    ("key", "value", "parts"),
    [
        ("title", "Another Title", {"title", "slug"}),
        ("subtitle", "Another", {"subtitle"}),
        ("subtitle", "", {"subtitle"}),
        ("subtitle", None, {"subtitle"}),
        ("date", "2024-05-15", {"date"}),
        ("contact", "Lee Roe, (555) 010-0161", {"contact"}),
        ("dateline", "SHELBYVILLE", {"dateline"}),
        ("language", "es", {"language"}),
        ("topics", ["Roads"], {"topics"}),
        ("topics", [], {"topics"}),
        ("sections", [], {"sections"}),
        ("url", "https://county.example/news/18.html", {"urls"}),
        ("body", f"SHELBYVILLE – It closed.\n\n{CLOSING[2]}", {"body"}),
    ],
)
def test_update_changes_only_what_it_names(key, value, parts):
    load(RECORD)
    before = state()

    assert update(**{key: value}).outcome == "updated"

    after = state()
    assert {name for name in after if after[name] != before[name]} == parts


@pytest.mark.parametrize("key", ["title", "date", "body"])
@pytest.mark.parametrize("value", ["", " ", None])
def test_update_emptying_a_public_text_is_rejected(key, value):
    load(RECORD)
    before = state()

    outcome = update(**{"subtitle": "Another", key: value})

    assert outcome.outcome == "rejected"
    assert "2024-0001 County Opens a Records Office" in outcome.warnings[0].message
    assert "without its" in outcome.warnings[0].message
    assert state() == before


def test_blank_clears_a_field_of_a_draft():
    load(RECORD, approve=False)

    assert update(body="").outcome == "updated"
    assert Release.objects.get().body == ""


@pytest.mark.parametrize(
    "said", [{"date": "soon"}, {"sections": "none"}, {"topics": 7}, {"language": "a language"}]
)
def test_unreadable_value_changes_nothing(said):
    load(RECORD)
    before = state()

    update(**said)

    assert state() == before


def test_new_body_replaces_its_sections_and_keeps_named_ones():
    load(RECORD)
    assert state()["sections"] == [CLOSING, ABOUT]

    update(body="SPRINGFIELD – It closed.")

    assert state()["sections"] == [ABOUT]


def test_new_named_sections_keep_those_of_the_body():
    load(RECORD)

    update(sections=[{"kind": "notes", "heading": "Note", "body": "It is new."}])

    assert state()["sections"] == [CLOSING, ("notes", "Note", "It is new.")]


def test_dateline_from_the_body_is_updated_with_it():
    load({name: value for name, value in RECORD.items() if name != "dateline"})

    update(body="SHELBYVILLE – The county closed its records office today.")

    assert state()["dateline"] == "SHELBYVILLE"


def test_missing_columns_change_nothing():
    cells = {key: RECORD[key] for key in ("id", "title", "date", "contact", "body", "url")}
    load(table(**cells, topics="Deeds|Records"), name="a.csv")
    before = state()

    assert load(table(id="county:17", title="Another Title"), name="b.csv").outcome == "updated"

    assert state() == {**before, "title": "Another Title", "slug": "another-title"}


def test_closing_in_a_csv_row_follows_its_text():
    load(table(id="county:17", title="One", date="2024-05-14", body=BODY), name="a.csv")

    load(table(id="county:17", body="SPRINGFIELD – It closed."), name="b.csv")

    assert state()["sections"] == []


def test_blank_cell_does_not_empty_a_public_text():
    load(table(id="county:17", title="One", date="2024-05-14", body=BODY), name="a.csv")

    assert load(table(id="county:17", title="Two", body=""), name="b.csv").outcome == "rejected"
    assert state()["title"] == "One"


def test_warnings_about_unchanged_fields_stay():
    load({**RECORD, "date": "soon"})

    update(subtitle="Another")

    assert [each.code for each in Release.objects.get().unresolved_warnings()] == ["left_out"]


@pytest.mark.parametrize("said", [{"title": "Another"}, {"body": "SPRINGFIELD – It closed."}])
def test_unchanged_fields_are_not_reported_missing(said):
    load(RECORD)

    update(**said)

    assert Release.objects.get().unresolved_warnings() == []


@pytest.mark.parametrize("date", ["2999-05-14", "1850-05-14"])
def test_public_release_rejects_an_impossible_date(date):
    load(RECORD)
    before = state()

    outcome = update(date=date)

    assert (outcome.outcome, date in outcome.warnings[0].message) == ("rejected", True)
    assert state() == before


def test_rejected_change_does_not_affect_the_next_record():
    load(RECORD)

    update(title="")
    assert update(subtitle="Another").outcome == "updated"

    assert Release.objects.get().title == RECORD["title"]


def test_blank_record_changes_nothing():
    load(RECORD)
    before = state()

    assert update().outcome == "unchanged"
    assert state() == before
