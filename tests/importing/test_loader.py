"""Records that repeat, change, resemble others or are rejected by the database."""

import json

import pytest

from releases import publishing
from releases.importing import formats
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader
from releases.importing.records import BROKEN, Record
from releases.models import AuditEntry, LegacyURL, Release, Topic

RECORD = {
    "id": "county:17",
    "title": "County Opens a Records Office",
    "date": "2024-05-14",
    "body": "SPRINGFIELD – The county opened a records office.",
    "url": "https://county.example/News/Office.htm",
    "language": "en",
    "topics": ["Records"],
}


@pytest.fixture
def load(db, tmp_path):
    """Import these records and return the outcomes' names."""

    def run(*records):
        path = tmp_path / "records.jsonl"
        path.write_text("\n".join(map(json.dumps, records)))
        outcomes = Loader(approve=True).load(formats.read_files([path]))
        return [(outcome.outcome, [w.code for w in outcome.warnings]) for outcome in outcomes]

    return run


def test_record_keeps_its_topics_and_its_earlier_address(load, client):
    assert load(RECORD) == [("created", [])]

    release = Release.objects.published().get()
    assert [topic.name for topic in release.topics.all()] == ["Records"]
    answer = client.get("/NEWS/office/?utm_source=x")
    assert (answer.status_code, answer.headers["Location"]) == (301, release.get_absolute_url())


def test_same_record_changes_nothing(load):
    load(RECORD)

    assert load(RECORD, RECORD) == [("unchanged", []), ("unchanged", [])]
    assert Release.objects.count() == 1


def test_changed_record_becomes_a_version_under_the_same_number(load):
    load(RECORD)

    assert load({**RECORD, "title": "County Opens Two Offices"}) == [("updated", [])]

    release = Release.objects.get()
    assert (release.number, release.title) == ("2024-0001", "County Opens Two Offices")
    assert [version.kind for version in release.versions.all()] == ["issued", "update"]


@pytest.mark.usefixtures("past_the_actions")
def test_release_edited_by_staff_is_not_overwritten(load, admin_user):
    load(RECORD)
    Release.objects.update(edited_by=admin_user, title="As staff wrote it")

    assert load({**RECORD, "title": "Another"}) == [("unchanged", ["edited_here"])]
    assert Release.objects.get().title == "As staff wrote it"


def test_same_text_under_another_title_raises_a_warning(load):
    twin = {**RECORD, "id": "county:18", "title": "Another title", "url": None}

    assert load(RECORD, twin) == [("created", []), ("created", ["duplicate_text"])]


def test_address_of_another_release_raises_a_warning_and_is_not_moved(load):
    rival = {**RECORD, "id": "county:18", "body": "Another text."}

    assert load(RECORD, rival) == [("created", []), ("created", ["address_taken"])]
    assert LegacyURL.objects.get().release.source_key == "county:17"


def test_characters_rejected_by_postgresql_do_not_stop_the_import(load):
    broken = {**RECORD, "title": "A \ud800\0", "topics": ["\ud800\0"], "url": "/\ud800\0"}

    [(word, codes)] = load(broken)

    assert (word, set(codes)) == ("created", {"control_characters", "unreadable_characters"})


def test_topics_of_any_script_have_distinct_addresses(load):
    load({**RECORD, "topics": ["新聞", "Новости"]})

    assert Topic.objects.values("slug").distinct().count() == 2


def test_record_rejected_by_the_database_does_not_affect_its_batch(load):
    absurd = {**RECORD, "id": "county:99", "url": None, "topics": [], "title": "x" * 10_000_000}
    neighbors = [
        {**RECORD, "id": f"county:{n}", "url": None, "body": f"Text {n}."} for n in range(5)
    ]

    words = [word for word, _ in load(*neighbors[:3], absurd, *neighbors[3:])]

    assert words.count("created") >= 5
    numbers = sorted(Release.objects.values_list("number", flat=True))
    assert numbers == [f"2024-{serial:04d}" for serial in range(1, len(numbers) + 1)]


def test_blocked_release_is_not_overwritten(load):
    load(RECORD)
    publishing.block(Release.objects.get(), "By order of the court.")

    assert load({**RECORD, "title": "Another"}) == [("unchanged", ["edited_here"])]


@pytest.mark.parametrize("count", [2, 20])
def test_a_batch_costs_the_same_queries_however_many_releases(
    load, django_assert_max_num_queries, count
):
    records = [
        {**RECORD, "id": f"county:{n}", "url": f"https://county.example/{n}", "body": f"Text {n}."}
        for n in range(count)
    ]

    with django_assert_max_num_queries(32):
        load(*records)


def test_audit_entries_name_the_file(load):
    load(RECORD, {"id": "county:18", "title": "A Draft", "body": "Words.", "language": "en"})
    load(RECORD, {**RECORD, "title": "County Opens Two Offices"}, "no record")

    entries = AuditEntry.objects.order_by("release", "id")
    rows = entries.values_list("action", "by", "subject", "why")
    assert [(*start, why.rpartition("/")[2]) for *start, why in rows] == [
        ("created", None, "2024-0001 County Opens a Records Office", "records.jsonl:1"),
        ("updated", None, "2024-0001 County Opens Two Offices", "records.jsonl:2"),
        ("created", None, "A Draft", "records.jsonl:2"),
    ]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("most_text_moved", "It opened.\n\n###\n\n" + "The county opened it for all.\n\n" * 20),
        ("error_page", "Access denied: checking your browser before you see this page."),
        ("html_tags", "The county opened it.</p><ul><li>For all.</li></ul>"),
    ],
)
def test_uncertain_text_stays_a_draft_and_changes_nothing_public(load, code, body):
    assert load({**RECORD, "body": body, "url": None, "id": "county:18"})[0][0] == "draft"
    load(RECORD)

    assert load({**RECORD, "body": body}) == [("rejected", ["refused"])]
    assert Release.objects.published().get().body == RECORD["body"]


def test_tags_of_a_page_are_topics_only_if_the_archive_has_them(db, tmp_path):
    Topic.objects.create(name="Roads", slug="roads")
    path = tmp_path / "release.txt"
    header = f"Title: {RECORD['title']}\nDate: May 14, 2024\nTags: roads, Jane Roe"
    path.write_text(f"{header}\n\nContent:\n{RECORD['body']}")

    [outcome] = Loader().load(formats.read_files([path]))

    assert [topic.name for topic in outcome.release.topics.all()] == ["Roads"]
    assert Topic.objects.count() == 1
    assert "Jane Roe" in outcome.warnings[-1].message


def test_record_that_raises_an_error_is_rejected_without_the_others(db, caplog):
    first, second = formats.read_all([InputFile(f"{n}.txt", b"County " + n.encode()) for n in "ab"])

    outcomes = list(Loader().load([Record(first.source, lambda: 1 // 0), second]))

    assert [each.outcome for each in outcomes] == ["rejected", "draft"]
    assert outcomes[0].warnings[0].message == BROKEN
    assert caplog.messages == ["a.txt cannot be read."]


def test_file_that_raises_an_error_is_rejected_without_the_others(caplog):
    files = [InputFile("a.txt", object()), InputFile("b.txt", b"County Opens")]

    rejected, record = formats.read_all(files)

    assert (rejected.name, rejected.reason, record.name) == ("a.txt", BROKEN, "b.txt")
    assert caplog.messages == ["a.txt cannot be read."]
