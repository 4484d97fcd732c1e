"""Tables of any separator, JSON documents and Markdown become records."""

import json

import pytest

from releases.importing import formats
from releases.importing.records import RejectedRecord

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


def read(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return list(formats.read_files([path]))


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


@pytest.mark.parametrize("value", [[ITEM, ITEM], {"count": 2, "releases": [ITEM, ITEM]}])
@pytest.mark.parametrize("indent", [None, 2])
def test_array_and_wrapped_array_are_read(tmp_path, value, indent):
    found = read(tmp_path, "a.json", json.dumps(value, indent=indent))

    assert [record.parsed.title for record in found] == ["Rink Opens", "Rink Opens"]


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
