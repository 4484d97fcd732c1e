"""No character in a text that is stored breaks an address that the public has."""

import json
from xml.etree import ElementTree

import pytest
from django.db import connection

from releases import publishing
from releases.models import Release, Section, Topic
from releases.search import changes

NASTY = "\x01\x02\x08\x0b\x0c\x1b\x1f\x7f\x85\x9f\u00ad\u200b\u200d\u202e\u2066\ufeff\ufffe\uffff"
NASTY += "\"<b>&amp;'\\]]>\r\n\t{}%\U0001f600"
TABLES = {
    "release": ("title", "subtitle", "dateline", "contact", "body"),
    "section": ("heading", "body"),
    "topic": ("name",),
    "version": ("note",),
}
XML = [
    "/feeds/releases.atom",
    "/feeds/releases.rss",
    "/feeds/search.atom?q=water",
    "/sitemap.xml",
    "/sitemap-news.xml",
    "/unapi",
]
OTHERS = [
    *("/", "/releases/", "/topics/", "/corrections/", "/search/?q=water", "/feeds/releases.json"),
    *("/api/v1/releases/", "/api/v1/releases.csv", "/api/v1/releases.jsonl"),
    "/releases/{number}/",
    *(f"/releases/{{number}}{suffix}" for suffix in (".txt", ".md", ".json", ".pdf", ".bib")),
    *(f"/releases/{{number}}{suffix}" for suffix in (".ris", ".csl.json")),
    *("/releases/{number}/cite/", "/releases/{number}/versions/", "/releases/{number}/versions/1/"),
    *("/releases/{number}/versions/1..2/", "/releases/{number}/p1/", "/api/v1/releases/{number}/"),
    *("/releases/{number}/card.png", "/releases/{number}/kit.zip"),
]


@pytest.fixture
def dirty(publish):
    """A public release of two versions whose every text has every nasty character, past all that
    cleans and refuses."""
    release = publish(title="Water", body="MILLTOWN – Water.", contact="Pat Doe")
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    Section.objects.create(release=release, position=1, heading="About", body="Wells.")
    release.body = "MILLTOWN – Water, and more."
    release.save()
    publishing.record_change(release, "update", "Counted.")
    _soil()
    changes.queue([release.pk])
    changes.sync()
    return Release.objects.get(pk=release.pk)


def _soil():
    """As the tables' owner, whose triggers are off for as long as it takes."""
    quoted = json.dumps(NASTY)[1:-1]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE releases_{table} DISABLE TRIGGER USER")
        for table, columns in TABLES.items():
            changes = ", ".join(f"{column} = {column} || %s" for column in columns)
            cursor.execute(
                f"UPDATE releases_{table} SET {changes}",
                [NASTY] * len(columns),
            )
        cursor.execute(
            "UPDATE releases_version SET snapshot = regexp_replace(snapshot::text,"
            " '(Water|Pat Doe|About|ells)', '\\1' || %s, 'g')::jsonb",
            [quoted.replace("\\", "\\\\")],
        )
        for table in TABLES:
            cursor.execute(f"ALTER TABLE releases_{table} ENABLE TRIGGER USER")


@pytest.mark.parametrize("address", XML)
def test_xml_is_well_formed(client, dirty, address):
    answer = client.get(address)

    assert answer.status_code == 200
    ElementTree.fromstring(answer.getvalue())


@pytest.mark.parametrize("address", OTHERS)
def test_address_answers(client, dirty, address):
    answer = client.get(address.format(number=dirty.number), follow=True)

    assert answer.status_code == 200
    assert answer.getvalue()


def test_every_road_to_a_row_cleans_it(make_release):
    made = make_release(
        title="Water\x0bBoard &amp; Co", contact="Pat\x01 Doe\r\nDesk", body="<b>\u200b"
    )

    assert (made.title, made.contact, made.body) == ("Water Board & Co", "Pat Doe\nDesk", "<b>")
    Release.objects.filter(pk=made.pk).update(title="A\u202eB")
    made.title = "C\ufffe"
    Release.objects.bulk_update([made], ["title"])
    made.refresh_from_db()
    assert made.title == "C"


def test_note_of_a_version_is_clean_before_it_is_hashed(dirty):
    version = dirty.next_version("update", "Why\x0b\u200b", latest=dirty.versions.last())

    assert version.note == "Why\n"
    assert version.sha256 == version.digest(dirty.versions.last().sha256)
