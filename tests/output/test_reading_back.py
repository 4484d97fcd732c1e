"""Any source parses without loss, and its plain text reads back the same."""

import re
from dataclasses import replace

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from releases.content import markup
from releases.output import plain
from releases.parsing import dates, lines, parser
from tests.parsing.sources import sources

# Words of labels that are removed in front of a value.
LABELS = {"title", "subtitle", "date", "contact", "media", "news", "posted"}


def words(text):
    return re.findall(r"\w+", text)


def as_printed(release):
    """Return the release without the markup that plain text cannot express."""
    sections = tuple(replace(s, body=markup.to_plain(s.body)) for s in release.sections)
    body = markup.to_plain(release.body)
    return replace(release, body=body, sections=sections, warnings=(), embargoes=())


def has_table(release):
    return "| --- " in "\n".join([release.body, *(section.body for section in release.sections)])


def everything_in(release):
    sections = [text for s in release.sections for text in (s.heading, markup.to_plain(s.body))]
    fields = [release.title, release.subtitle, release.contact, release.dateline, release.end_mark]
    messages = [warning.message for warning in release.warnings]
    return set(words(" ".join([*fields, markup.to_plain(release.body), *sections, *messages])))


SENTENCE = "The Attorney General today announced that the office will protect the harbor towns."


@settings(max_examples=300, deadline=None)
@given(sources())
@example(f"{SENTENCE}\nContact: (916) 555-0100,   {SENTENCE}\n")
def test_release_is_read_back_the_same(source):
    release = parser.parse(source)
    # Plain text prints neither a page's tags nor the ruling of a table.
    assume(not release.tags and not has_table(release))

    again = parser.parse(plain.compose(release))

    assert as_printed(again) == as_printed(release)
    assert again.body == release.body


@settings(max_examples=300, deadline=None)
@given(sources())
def test_every_line_is_in_a_field_or_named_in_a_warning(source):
    release = parser.parse(source)
    kept = everything_in(release)

    for line in lines.read(source)[0]:
        printed = [word for date in dates.find(line.text) for word in words(date.words)]
        missing = set(words(line.text)) - kept - set(printed)
        assert {word for word in missing if word.lower() not in LABELS} == set()


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_no_text_raises(source):
    release = parser.parse(source)

    assert parser.parse(plain.compose(release)).title == release.title
    assert "\0" not in release.body + release.title
    assert not re.search("[\ud800-\udfff]", release.body + release.title)
