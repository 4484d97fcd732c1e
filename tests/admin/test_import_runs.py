"""Uploads are rehearsed, mapped, imported, cancelled and taken back in the background."""

import datetime

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from releases import publishing
from releases.importing import background, posted
from releases.models import AuditEntry, ImportRun, Release, Topic
from releases.publishing import comments, import_runs, topics
from tests.admin.imported import PAGE, RECORD, jsonl

pytestmark = pytest.mark.django_db

TABLE = (
    b"Headline,Posted,Full Text\nRink Opens,03/04/2012,It is open.\nPool Opens,2012-09-21,Warm.\n"
)


@pytest.fixture
def upload(admin_client):
    """Upload files (name and bytes); return the address of the run's page."""

    def post(*files):
        sent = {"upload": [SimpleUploadedFile(name, data) for name, data in files]}
        return admin_client.post(PAGE, sent)["Location"]

    return post


@pytest.fixture
def step(admin_client):
    """Take a step of a run, with the worker before and after it; return the page."""

    def post(address, name, **sent):
        background.process()
        admin_client.post(f"{address}{name}/", sent)
        background.process()
        return admin_client.get(address)

    return post


def mapped(page, *fields, dates=""):
    """Return the form that gives these fields to the columns of the page's only table."""
    [form] = page.context["columns"]
    return {"dates": dates} | {f"{form.prefix}-{n}": name for n, name in enumerate(fields)}


def test_rehearsal_writes_no_release_and_shows_what_was_read(upload, admin_client):
    address = upload(("a.jsonl", jsonl(RECORD, {**RECORD, "date": "", "topics": ["Water"]})))
    assert "Reading: 0 releases so far." in admin_client.get(address).text
    background.process()

    page = admin_client.get(address)

    assert not Release.objects.exists()
    assert "Rehearsal: 2 new. Nothing is stored yet." in page.text
    assert [row["date"] for row in page.context["rows"]] == ["2024-05-14", ""]
    assert page.context["rows"][1]["topics"] == ["Water"]
    codes = {problem["code"]: problem["sources"] for problem in page.context["problems"]}
    assert codes["date_missing"] == ["a.jsonl:2"]
    assert "Import 2 releases" in page.text


def test_columns_are_mapped_by_hand_and_the_mapping_is_remembered(upload, step, admin_client):
    address = upload(("a.csv", TABLE))
    background.process()
    page = admin_client.get(address)
    assert "“Headline”, “Posted”, “Full Text”" in page.context["problems"][0]["message"]

    page = step(address, "map", **mapped(page, "title", "date", "body", dates="us"))
    assert [row["title"] for row in page.context["rows"]] == ["Rink Opens", "Pool Opens"]
    assert page.context["rows"][0]["date"] == "2012-03-04"
    step(address, "start")
    assert Release.objects.filter(status="draft").count() == 2

    again = upload(("b.csv", TABLE.replace(b"Rink", b"Sauna")))
    background.process()
    page = admin_client.get(again)
    assert "Mapped as in an earlier import" in page.text
    [row, _] = page.context["rows"]
    assert (row["title"], row["date"]) == ("Sauna Opens", "2012-03-04")
    assert page.context["dates"]["dates"].initial == "us"


def test_field_is_taken_from_one_column_only(upload, admin_client):
    address = upload(("a.csv", TABLE))
    background.process()
    sent = mapped(admin_client.get(address), "title", "title", "body")

    answer = admin_client.post(f"{address}map/", sent)

    assert "Choose title for one column only." in answer.text
    assert ImportRun.objects.get().state == "rehearsed"


def test_import_is_taken_back_as_one_act(upload, step, admin_user):
    address = upload(("a.jsonl", jsonl(RECORD, {**RECORD, "title": "Two"})))
    assert "2 saved as draft." in step(address, "start").text
    assert not any(Release.objects.values_list("number", flat=True))

    page = step(address, "take-back")

    assert "This import was taken back." in page.text
    assert not Release.objects.exists()
    entries = AuditEntry.objects.filter(action="deleted")
    assert [entry.by for entry in entries] == [admin_user] * 2
    assert entries[0].why == "Import taken back: a.jsonl"


def test_topics_that_only_the_import_used_are_taken_back_with_it(upload, step):
    Topic.objects.create(name="Old", slug="old")
    address = upload(("a.jsonl", jsonl({**RECORD, "topics": ["Old", "New", "Used", "Renamed"]})))
    step(address, "start")
    renamed = Topic.objects.get(slug="renamed")
    renamed.slug = "water"
    topics.save_topic(renamed)
    release = Release.objects.create(title="Other", slug="other")
    release.topics.add(Topic.objects.get(slug="used"))

    step(address, "take-back")

    assert set(Topic.objects.values_list("name", flat=True)) == {"Old", "Used", "Renamed"}


def changed(draft, person):
    Release.objects.filter(pk=draft.pk).update(updated_at=timezone.now())


def commented(draft, person):
    comments.add_comment(draft, "Who said that?", person, timezone.now())


def submitted(draft, person):
    publishing.submit(draft, by=person)


@pytest.mark.parametrize("touch", [changed, commented, submitted])
def test_import_is_not_taken_back_once_a_draft_is_touched(upload, step, admin_user, touch):
    address = upload(("a.jsonl", jsonl(RECORD, {**RECORD, "title": "Two"})))
    step(address, "start")
    touch(Release.objects.get(title="Two"), admin_user)

    page = step(address, "take-back")

    assert "“Two”" in page.text
    assert Release.objects.count() == 2


def test_import_that_changed_a_release_is_not_taken_back(upload, step):
    keyed = {**RECORD, "source": "county", "id": "1"}
    step(upload(("a.jsonl", jsonl(keyed))), "start")
    address = upload(("b.jsonl", jsonl({**keyed, "title": "Two"})))
    assert "1 updated." in step(address, "start").text

    assert "was in the archive before this import" in step(address, "take-back").text


def test_cancelled_run_stores_nothing_more_and_loses_its_files(upload, step, admin_client):
    address = upload(("a.jsonl", jsonl(RECORD)))
    assert default_storage.listdir("")[0]

    page = step(address, "cancel")

    assert "Cancelled." in page.text
    step(address, "start")
    assert not Release.objects.exists()
    assert ImportRun.objects.get().handle == ""
    assert default_storage.listdir("") == ([], [])


def test_cancelled_run_is_taken_back_although_its_worker_was_killed(upload, step, admin_client):
    address = upload(("a.jsonl", jsonl(RECORD)))
    step(address, "start")
    ImportRun.objects.update(state="cancelled", heartbeat_at=timezone.now())
    answer = admin_client.post(f"{address}take-back/", follow=True)
    assert import_runs.STILL_STOPPING in answer.text

    long_ago = timezone.now() - import_runs.LEASE - datetime.timedelta(seconds=1)
    ImportRun.objects.update(heartbeat_at=long_ago)

    assert "1 draft deleted" in admin_client.post(f"{address}take-back/", follow=True).text
    answer = admin_client.post(f"{address}take-back/", follow=True)
    assert import_runs.NOTHING_LEFT in answer.text


def test_step_that_a_sign_in_interrupted_leads_back_to_the_run(upload, admin_client):
    address = upload(("a.jsonl", jsonl(RECORD)))
    background.process()

    assert admin_client.get(f"{address}start/")["Location"] == address
    assert ImportRun.objects.get().state == "rehearsed"


def test_first_columns_of_a_very_wide_table_are_mapped(upload, step, admin_client):
    names = ",".join(f"Column {number}" for number in range(201))
    address = upload(("a.csv", f"{names}\nRink Opens,It is open.{',' * 199}\n".encode()))
    background.process()

    page = step(address, "map", **mapped(admin_client.get(address), "title", "body"))

    assert [row["title"] for row in page.context["rows"]] == ["Rink Opens"]


def test_run_that_a_killed_worker_left_is_begun_again_and_stores_nothing_twice(upload, step):
    address = upload(("a.jsonl", jsonl(RECORD, {**RECORD, "title": "Two"})))
    step(address, "start")
    long_ago = timezone.now() - import_runs.LEASE - datetime.timedelta(seconds=1)
    run = ImportRun.objects.get()
    handle = import_runs.pending_uploads.store_raw(
        [("a.jsonl", jsonl(RECORD, {**RECORD, "title": "Two"}, {**RECORD, "title": "Three"}))],
        import_runs.owner(run),
    )
    ImportRun.objects.update(state="importing", heartbeat_at=long_ago, handle=handle)

    background.process()

    assert Release.objects.count() == 3
    assert [row.outcome for row in run.records.all()] == ["draft"] * 3


def test_run_is_not_worked_on_twice_at_once_nor_for_ever(upload):
    upload(("a.jsonl", jsonl(RECORD)))
    ImportRun.objects.update(heartbeat_at=timezone.now())
    assert background.process() == 0

    ImportRun.objects.update(heartbeat_at=None, attempts=background.MAX_ATTEMPTS)
    background.process()

    assert ImportRun.objects.get().error == background.INTERRUPTED


def test_files_of_an_import_that_nobody_starts_are_deleted_after_hours(upload):
    upload(("a.jsonl", jsonl(RECORD)))
    background.process()
    ImportRun.objects.update(at=timezone.now() - import_runs.LIFETIME)

    background.process()

    run = ImportRun.objects.get()
    assert (run.state, run.handle) == ("cancelled", "")


def test_too_many_releases_are_refused_by_the_rehearsal(upload, admin_client, monkeypatch):
    monkeypatch.setattr(posted, "MAX_RELEASES", 1)
    address = upload(("a.jsonl", jsonl(RECORD, RECORD)))
    background.process()

    assert "more than 1 releases" in admin_client.get(address).text


def test_run_belongs_to_its_sender_and_unknown_steps_are_not_found(
    upload, admin_client, client, staff
):
    address = upload(("a.jsonl", jsonl(RECORD)))
    assert admin_client.post(f"{address}erase/").status_code == 404
    client.force_login(staff("publisher", "Ben"))

    assert client.get(address).status_code == 404
    assert client.post(f"{address}start/").status_code == 404
    assert "a.jsonl" in admin_client.get(PAGE).text
