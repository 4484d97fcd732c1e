"""Files of a refused import stay attached for their sender."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from releases.media import quotas
from releases.models import Release
from tests.admin.imported import PAGE, RECORD, TEXT, import_queued, jsonl

pytestmark = pytest.mark.django_db


@pytest.fixture
def again(admin_client):
    """Post the refused page again with some fields changed."""

    def post(page, **changed):
        sent = {"text": "", "handle": page.context["form"]["handle"].value(), **changed}
        return import_queued(admin_client, admin_client.post(PAGE, sent, follow=True))

    return post


def test_files_of_a_refused_import_are_kept_and_sent_with_the_next_post(send, again):
    page = send("A text, too", ("a.jsonl", jsonl(RECORD)), ("b.txt", TEXT.encode()))
    assert "a.jsonl, b.txt still attached. Choose other files to replace them." in page.text
    assert not Release.objects.exists()

    assert "2 saved as draft" in again(page).text

    sources = Release.objects.order_by("source_name").values_list("source_name", flat=True)
    assert list(sources) == ["a.jsonl:1", "b.txt"]


def test_files_stay_kept_however_often_the_import_is_refused(send, again):
    page = send("A text, too", ("a.jsonl", jsonl(RECORD)))

    second = again(page, text="Still a text")

    assert "a.jsonl still attached" in second.text
    assert "1 saved as draft" in again(second).text


def test_newly_chosen_files_replace_the_kept_ones(send, again):
    page = send("A text, too", ("a.jsonl", jsonl(RECORD)))

    again(page, upload=[SimpleUploadedFile("b.jsonl", jsonl({**RECORD, "title": "Other"}))])

    assert [release.title for release in Release.objects.all()] == ["Other"]


def test_kept_files_can_be_left_out(send, again):
    page = send(TEXT, ("a.jsonl", jsonl(RECORD)))

    mending = again(page, text=TEXT, left_out="on")

    assert mending.context["form"]["title"].value() == "County Opens a Records Office"


def test_kept_files_are_their_sender_s(send, client, staff):
    page = send("A text, too", ("a.jsonl", jsonl(RECORD)))
    client.force_login(staff("writer", "Ben"))

    sent = {"text": "", "handle": page.context["form"]["handle"].value()}
    answer = client.post(PAGE, sent)

    assert "choose it again" in answer.text
    assert not Release.objects.exists()


@pytest.mark.parametrize("handle", ["x", "\0", "ImEi:1:x", "é" * 5000])
def test_invalid_handle_of_kept_files_is_refused(admin_client, handle):
    answer = admin_client.post(PAGE, {"text": "", "handle": handle})

    assert answer.status_code == 200
    assert not Release.objects.exists()


def test_files_beyond_the_quota_are_not_kept(send, monkeypatch):
    monkeypatch.setattr(quotas, "DAILY_BYTES", 10)

    page = send("A text, too", ("a.jsonl", jsonl(RECORD)))

    assert "You can upload" in page.text
    assert "still attached" not in page.text
    assert "handle" not in page.text
