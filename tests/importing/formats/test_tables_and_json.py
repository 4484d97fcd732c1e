"""Tables of any separator, JSON documents and Markdown become records."""

import json

import pytest

from releases.importing import formats
from releases.importing.records import RejectedRecord
from releases.importing.tables import ReadOptions

ITEM = {"title": "Rink Opens", "date": "2024-01-16", "body": "OAKFIELD – The rink is open to all."}
MARKDOWN = """# Rink *Opens*

**Skates can be had**

Release 2024-0002, Tuesday, January 16, 2024

Pat Doe, (555) 010-0143

OAKFIELD – The rink is open, as [the plan](https://rink.example/plan) said.

- Skates
- Sticks

# # #

* * *

<http://localhost/releases/2024-0002/rink-opens/>, version 1, SHA-256 """


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def read(tmp_path, name, text):
    return list(formats.read_files([write(tmp_path, name, text)]))


@pytest.mark.parametrize(
    "rows",
    [
        "Title;DATE;Body\nRink Opens;2024-01-16;It is open.\n",
        "title\tdate\tbody\nRink Opens\t2024-01-16\tIt is open.\n",
        "sep=;\n\ufeffTitle ;Date;Body\nRink Opens;2024-01-16;It is open.\n",
    ],
)
def test_table_of_any_separator_and_case_is_read(tmp_path, rows):
    [record] = read(tmp_path, "a.csv", rows)

    assert (record.parsed.title, str(record.parsed.date)) == ("Rink Opens", "2024-01-16")


def test_table_of_something_else_is_refused_by_its_columns(tmp_path):
    [record] = read(tmp_path, "a.csv", "Name,Room\nPat Doe,12\n")

    assert isinstance(record, RejectedRecord)
    assert "“Room”" in record.reason


def test_moment_in_another_zone_is_the_office_s_day(tmp_path, settings):
    settings.TIME_ZONE = "America/New_York"
    [record] = read(tmp_path, "a.csv", "title,date\nRink Opens,2024-01-17T02:30:00Z\n")

    assert str(record.parsed.date) == "2024-01-16"


@pytest.mark.parametrize(
    "value",
    [
        [ITEM, ITEM],
        {"count": 2, "releases": [ITEM, ITEM]},
        {"meta": {"count": 2}, "data": {"x": "y", "page": {"z": "", "items": [ITEM, ITEM]}}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_array_and_wrapped_array_are_read(tmp_path, value, indent):
    found = read(tmp_path, "a.json", json.dumps(value, indent=indent))

    assert [record.parsed.title for record in found] == ["Rink Opens", "Rink Opens"]


def test_parts_of_a_text_in_an_object_are_one_rejection(tmp_path):
    parts = [{"type": "p", "text": "The rink is open."}] * 2
    [record] = read(tmp_path, "a.json", json.dumps({"doc": {"name": "Rink", "parts": parts}}))

    assert "doc" in record.reason


def test_own_markdown_comes_back(tmp_path):
    [record] = read(tmp_path, "a.md", MARKDOWN.replace("*Opens*", "Opens") + "0" * 64 + "\n")
    parsed = record.parsed

    assert (parsed.title, parsed.subtitle) == ("Rink Opens", "Skates can be had")
    assert (str(parsed.date), parsed.contact) == ("2024-01-16", "Pat Doe, (555) 010-0143")
    assert (parsed.dateline, parsed.end_mark) == ("OAKFIELD", "# # #")
    assert "[the plan](https://rink.example/plan)" in parsed.body
    assert parsed.body.endswith("- Skates\n- Sticks")


def test_front_matter_gives_the_fields(tmp_path):
    text = (
        '---\ntitle: "Rink Opens"\ndate: 2024-01-16\ntags: [Ice, Parks]\n---\n\nIt **is** open.\n'
    )
    [record] = read(tmp_path, "a.md", text)

    assert (record.parsed.title, record.parsed.topics) == ("Rink Opens", ("Ice", "Parks"))
    assert record.parsed.body == "It **is** open."


HEADLINES = "Headline,Posted On,Full Text,Author\nRink Opens,{},It is open.,Pat\n"
MAPPED = {"headline": "title", "postedon": "date", "fulltext": "body"}


def test_columns_are_read_by_mapping_and_others_are_named(tmp_path):
    path = write(tmp_path, "a.csv", HEADLINES.format("41174"))
    [record] = formats.read_files([path], options=ReadOptions(columns=MAPPED))

    assert (record.parsed.title, str(record.parsed.date)) == ("Rink Opens", "2012-09-22")
    assert record.unread == ("Author",)


def test_table_without_known_or_with_unknown_columns_lists_what_there_is(tmp_path):
    path = write(tmp_path, "a.csv", HEADLINES.format("2012-09-21"))
    [unmapped] = formats.read_files([path])
    [wrong] = formats.read_files([path], options=ReadOptions(columns={"headlin": "title"}))

    for rejected in (unmapped, wrong):
        assert "“Headline”, “Posted On”, “Full Text”, “Author”" in rejected.reason
    assert "no column “headlin”" in wrong.reason


@pytest.mark.parametrize(
    ("order", "date", "codes"),
    [("us", "2012-03-04", []), ("eu", "2012-04-03", []), ("", "None", ["date_order"])],
)
def test_order_of_day_and_month_is_an_option(tmp_path, order, date, codes):
    path = write(tmp_path, "a.csv", "title,date,body\nRink Opens,03/04/2012,Text.\n")
    [record] = formats.read_files([path], options=ReadOptions(date_order=order))

    assert str(record.parsed.date) == date
    assert [each.code for each in record.parsed.warnings if each.field == "date"] == codes


@pytest.mark.parametrize(
    ("value", "columns"),
    [
        (
            {"title": [{"value": "Rink Opens"}], "field_text": [{"value": "It is open."}]},
            {"field_text.value": "body"},
        ),
        ({"title": "Rink Opens", "text": {"data": "It is open."}, "UID": 1}, {"text": "body"}),
        (
            {"attributes": {"Title": "Rink Opens"}, "body": "It is open."},
            {"attributes.title": "title"},
        ),
    ],
)
def test_objects_of_other_systems_are_read_by_mapping(tmp_path, value, columns):
    path = write(tmp_path, "a.json", json.dumps([value, value]))
    first, _ = formats.read_files([path], options=ReadOptions(columns=columns))

    assert (first.parsed.title, first.parsed.body) == ("Rink Opens", "It is open.")


def test_object_without_a_known_key_is_rejected_with_its_keys(tmp_path):
    [rejected] = read(tmp_path, "a.jsonl", '{"headline": "Rink Opens"}')

    assert "“headline”" in rejected.reason


def test_body_in_html_keeps_its_links_and_lists(tmp_path):
    link = '<a href="https://x.example/">a plan</a>'
    body = f"<p>MILLTOWN – The city has {link}.</p><ul><li>One</li></ul>"
    [record] = read(tmp_path, "a.jsonl", json.dumps({"title": "Trees", "body": body}))

    expected = "MILLTOWN – The city has [a plan](https://x.example/).\n\n- One"
    assert record.parsed.body == expected
    assert "html_tags" not in [warning.code for warning in record.parsed.warnings]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "Title,title,body\nRink Opens,Pool Opens,It is open.\n"),
        ("a.jsonl", '{"Title": "Rink Opens", "title": "Pool Opens", "body": "It is open."}'),
    ],
)
def test_second_column_of_a_field_is_named_unread(tmp_path, name, text):
    [record] = read(tmp_path, name, text)

    assert record.parsed.title == "Rink Opens"
    assert record.unread == ("title (not read)",)
