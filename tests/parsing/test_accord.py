"""First document of the archive, parsed as a person reads it."""

import dataclasses
import json
from pathlib import Path

from releases.content import markup
from releases.output import plain
from releases.parsing import contacts, parser

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOURCE = (FIXTURES / "harris-morales-accord.txt").read_text(encoding="utf-8")
EXPECTED = json.loads((FIXTURES / "harris-morales-accord.expected.json").read_text("utf-8"))


def test_accord_is_read_as_expected_in_every_field():
    release = parser.parse(SOURCE)

    read = {
        **dataclasses.asdict(release),
        "date": release.date.isoformat(),
        "body": release.body.split("\n\n"),
        "sections": [dataclasses.asdict(section) for section in release.sections],
        "warnings": [dataclasses.asdict(warning) for warning in release.warnings],
        "contact_read": json.loads(json.dumps(dataclasses.asdict(contacts.parse(release.contact)))),
        "paragraph_count": release.paragraph_count,
    }
    assert (read.pop("embargoes"), read.pop("tags")) == ((), ())
    assert read == EXPECTED


def test_text_of_accord_is_byte_equal_to_the_file():
    body = parser.parse(SOURCE).body

    assert body.encode() in (FIXTURES / "harris-morales-accord.txt").read_bytes()
    assert "\\" not in body
    assert markup.to_plain(body) == body
    assert len(markup.paragraphs(body)) == 9


def test_accord_in_plain_text_is_the_file_itself():
    assert plain.compose(parser.parse(SOURCE)) == SOURCE + "\n"
