"""No character in a stored text breaks a public URL."""

import json
from xml.etree import ElementTree

import pytest
from django.db import connection

from releases import publishing
from releases.admin.actions import ACTIONS, PROPOSAL_ACTIONS
from releases.models import ProposedCorrection, Release, Section, Topic
from releases.search import outbox, worker
from releases.web import leak_scan

NASTY = "\x01\x02\x08\x0b\x0c\x1b\x1f\x7f\x85\x9f\u00ad\u200b\u200d\u202e\u2066\ufeff\ufffe\uffff"
NASTY += "\"<b>&amp;'\\]]>\r\n\t{}%\U0001f600"
TABLES = {
    "release": ("title", "subtitle", "dateline", "contact", "body"),
    "section": ("heading", "body"),
    "topic": ("name",),
    "version": ("note",),
    "auditline": ("subject", "why", "origin"),
    "proposedcorrection": ("note",),
}
QUERIES = ["", "?q=water", "?topic=water", "?page=2"]


@pytest.fixture
def dirty(publish, staff):
    """A public release with two versions, whose every text has every problematic character."""
    release = publish(title="Water", body="MILLTOWN – Water.", contact="Pat Doe")
    release.topics.add(Topic.objects.create(name="Water", slug="water"))
    Section.objects.create(release=release, position=1, heading="About", body="Wells.")
    release.body = "MILLTOWN – Water, and more."
    release.save()
    publishing.record_change(release, "correction", "Counted.")
    content = {**ProposedCorrection.content_of(release.snapshot()), "title": "Water rights"}
    publishing.propose_correction(release, content, "update", "Named.", by=staff("writer"))
    _soil()
    outbox.enqueue([release.pk])
    worker.sync()
    return Release.objects.get(pk=release.pk)


def _soil():
    """Write the texts with triggers disabled, as the tables' owner."""
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
        cursor.execute(
            "UPDATE releases_proposedcorrection SET content = regexp_replace(content::text,"
            " '(Water|Pat Doe|About|ells)', '\\1' || %s, 'g')::jsonb",
            [quoted.replace("\\", "\\\\")],
        )
        for table in TABLES:
            cursor.execute(f"ALTER TABLE releases_{table} ENABLE TRIGGER USER")


def test_every_address_answers(client, dirty):
    answers = {address: _answer(client, address) for address in _addresses(dirty)}

    assert [address for address, answer in answers.items() if answer.status_code >= 500] == []
    printed = [
        f"/releases/{dirty.number}{end}"
        for end in ("/p1/", ".txt", ".json", ".pdf", ".docx", ".ris")
    ]
    assert [answers[address].status_code for address in printed] == [200] * len(printed)
    types = {address: answers[address].get("Content-Type", "") for address in answers}
    xml = [address for address, kind in types.items() if kind.partition(";")[0].endswith("xml")]
    assert {"/feeds/releases.atom", "/feeds/releases.rss", "/sitemap.xml", "/unapi"} <= set(xml)
    for address in xml:
        ElementTree.fromstring(answers[address].getvalue())


def test_every_page_of_staff_answers(client, admin_user, dirty):
    client.force_login(admin_user)
    of_release = f"/admin/releases/release/{dirty.pk}"
    pages = [
        *("/admin/", "/admin/releases/release/", "/admin/releases/auditentry/"),
        *(f"{of_release}/{page}/" for page in ("change", "history", "preview", "previews")),
        *(f"{of_release}/do/{verb}/" for verb in (*ACTIONS, *PROPOSAL_ACTIONS)),
        *(f"/admin/releases/auditentry/{line.pk}/change/" for line in dirty.audit_entries.all()),
    ]

    assert [page for page in pages if _answer(client, page).status_code != 200] == []


def _addresses(release):
    """Yield every URL of the URLconf, so that new ones are included automatically."""
    return leak_scan.public_addresses(leak_scan.examples_for(release), QUERIES)


def _answer(client, address):
    answer = client.get(address, follow=True)
    answer.getvalue()  # an error in a stream is raised here
    return answer


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
