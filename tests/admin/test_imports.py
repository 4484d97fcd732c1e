"""Staff paste or upload releases, edit them and save drafts; any input gets a page in response."""

import gzip
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from releases.importing import decoding, formats, posted
from releases.importing.loader import Loader
from releases.models import AuditEntry, Release
from tests.admin.imported import PAGE, RECORD, TEXT, import_queued, jsonl
from tests.importing.formats.documents import zipped

WACZ = zipped({"datapackage.json": "{}", "archive/a.warc": b"a" * 30_000_000})
DRAFT = reverse("admin:releases_release_import_draft")
pytestmark = pytest.mark.django_db


@pytest.fixture
def save_edits(admin_client):
    """Save the edit page with these values changed; return the next page."""

    def post(page, **changed):
        context = page.context
        forms = [context["form"], context["carried"], context["sections"].management_form]
        sent = {field.html_name: field.value() for form in forms for field in form}
        sent = {name: value for name, value in sent.items() if value is not None}
        return admin_client.post(DRAFT, {**sent, **changed}, follow=True)

    return post


def test_list_leads_to_the_page(admin_client):
    assert (
        f'href="{PAGE}"'
        in admin_client.get(reverse("admin:releases_release_changelist")).content.decode()
    )


def test_pasted_text_is_shown_as_read_and_nothing_is_stored(send):
    page = send(TEXT)

    form = page.context["form"]
    assert form["title"].value() == "County Opens a Records Office"
    assert form["dateline"].value() == "SPRINGFIELD"
    assert "ambiguous_date" in [warning.code for warning in form.import_warnings]
    assert "can be read as two dates" in page.content.decode()
    assert not Release.objects.exists()


def test_edited_release_is_a_draft_with_the_original_source(send, save_edits, admin_user):
    save_edits(send(TEXT.replace("\n", "\r\n")), date="2012-04-03", title="County Opens an Office")

    draft = Release.objects.get()
    assert (draft.status, draft.title, str(draft.date)) == (
        "draft",
        "County Opens an Office",
        "2012-04-03",
    )
    assert (draft.source_text, draft.source_encoding) == (TEXT, "utf-8")
    assert draft.source_sha256 == decoding.decode(TEXT.encode(), "x").sha256
    assert draft.edited_by == admin_user
    assert LogEntry.objects.get().object_id == str(draft.pk)
    line = draft.audit_entries.get()
    assert (line.action, line.by, line.origin) == ("created", admin_user, "admin, 127.0.0.1")
    assert line.why == "Imported from pasted text"


def test_warning_about_an_edited_date_goes_and_others_stay(send, save_edits):
    save_edits(send(TEXT), date="2012-04-03")

    assert [each.code for each in Release.objects.get().unresolved_warnings()] == [
        "unfinished_sentence"
    ]


def test_edited_date_in_the_future_warns_again(send, save_edits):
    save_edits(send(TEXT), date="2999-04-03")

    draft = Release.objects.get()
    assert (draft.unresolved_warnings()[-1].code, draft.number) == ("future_date", None)


def test_bytes_of_a_windows_file_are_kept(send, save_edits):
    data = TEXT.replace("clerk", "cl\u00e9rk").encode("cp1252")

    save_edits(send("", ("a.txt", data)))

    draft = Release.objects.get()
    assert (draft.source_name, draft.source_encoding) == ("a.txt", "cp1252")
    assert bytes(draft.source_bytes or draft.source_text.encode("cp1252")) == data


def test_section_can_be_edited_and_removed(send, save_edits):
    text = TEXT + "\nAbout the County\n\nThe county serves all.\n"
    page = send(text)
    [section] = page.context["sections"].forms
    sent = {field.html_name: field.value() or "" for field in section}

    save_edits(page, **{**sent, "sections-0-body": "The county is old."})

    assert [s.body for s in Release.objects.get().sections.all()] == ["The county is old."]


def test_wrong_value_is_named_and_nothing_is_lost(send, save_edits):
    page = save_edits(send(TEXT), date="soon", language="a language", title="Mended")

    assert not Release.objects.exists()
    assert "Enter a language code" in page.content.decode()
    assert page.context["form"]["title"].value() == "Mended"


def test_imported_source_is_reported_with_a_link(send, save_edits, change_url):
    page = send(TEXT)
    save_edits(page)
    draft = Release.objects.get()

    for again in (send(TEXT), save_edits(page, title="Another")):
        assert f'Already imported: <a href="{change_url(draft)}">' in again.content.decode()
    assert Release.objects.get().title == "County Opens a Records Office"


def test_damaged_source_is_refused(send, save_edits):
    assert "choose the file again" in save_edits(send(TEXT), source="no base64 !").content.decode()
    assert not Release.objects.exists()


def test_several_releases_are_drafts_at_once_and_listed(send, change_url):
    rows = b"title,date,body\nTwo,2024-05-14,A text.\n"
    lines = jsonl(RECORD, RECORD) + b"\n{"

    page = send("", ("a.jsonl", lines), ("b.csv", rows), ("c.txt", TEXT.encode())).content.decode()

    assert Release.objects.filter(status="draft").count() == Release.objects.count() == 3
    assert "1 already imported, 3 saved as draft, 1 not imported" in page
    assert "a.jsonl:3" in page
    assert all(change_url(release) in page for release in Release.objects.all())
    assert LogEntry.objects.count() == 3
    whys = AuditEntry.objects.order_by("id").values_list("why", flat=True)
    assert list(whys) == [
        f"Imported from {name}" for name in ("a.jsonl:1", "b.csv, row 1", "c.txt")
    ]


def test_writer_who_sends_a_change_of_a_public_release_is_refused_by_name(
    client, django_user_model, tmp_path
):
    keyed = {**RECORD, "source": "county", "id": "1"}
    (tmp_path / "a.jsonl").write_bytes(jsonl(keyed))
    list(Loader(approve=True).load(formats.read_files([tmp_path / "a.jsonl"])))
    writer = django_user_model.objects.create_user("writer", is_staff=True)
    writer.groups.add(Group.objects.get(name="writer"))
    client.force_login(writer)

    upload = SimpleUploadedFile("b.jsonl", jsonl({**keyed, "title": "Two"}, RECORD))
    page = import_queued(client, client.post(PAGE, {"upload": [upload]}, follow=True)).text

    assert "1 saved as draft, 1 not imported" in page
    assert "“2024-0001 One” is public. This needs the" in page
    release = Release.objects.published().get()
    assert (release.title, release.versions.count()) == ("One", 1)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "It is empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", "It is a picture"),
        ("a.txt", b"Just a moment\n\nChecking your browser before access.", "error page"),
        ("a.txt.gz", b"no gzip", "cannot be read to the end"),
        ("a.txt.gz", gzip.compress(b"a" * 30_000_000, mtime=0), "more than 20 MB"),
        ("a.jsonl.gz", gzip.compress(b"\n" * 30_000_000, mtime=0), "more than 20 MB"),
        ("a.wacz", WACZ, "more than 20 MB"),
        ("a.jsonl", b"\n\n", "No release was found in it"),
        ("a.txt", "\ufeffA \ud800 b".encode("utf-16-le", "surrogatepass"), "begins as utf-16"),
    ],
)
def test_unusable_input_is_refused_with_the_reason(send, name, data, reason):
    page = send("", (name, data))

    assert page.status_code == 200
    assert reason in page.content.decode()
    assert not Release.objects.exists()


def test_empty_submission_is_reported(send):
    assert "Either paste a text or choose files" in send().content.decode()


def test_nul_in_a_paste_is_reported(send):
    page = send("County\0" + TEXT)

    assert page.status_code == 200
    assert "Null characters are not allowed" in page.content.decode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\nb\x07.txt", "a/b\\c.txt", "<b>.txt"])
def test_file_name_does_no_harm(send, save_edits, name):
    page = send("", (name, TEXT.encode()))
    save_edits(page)

    [kept] = Release.objects.values_list("source_name", flat=True)
    assert re.fullmatch(r"[^/\\\x00-\x1f]+", kept)
    assert "<b>" not in page.content.decode()


def test_paste_of_ten_megabytes_is_refused_with_a_message(send):
    page = send("a" * 10_000_000)

    assert (page.status_code, "larger than 2.5 MB" in page.content.decode()) == (413, True)


def test_thousand_files_are_refused_with_a_message(send):
    page = send("", *[(f"{n}.txt", b"x") for n in range(1000)])

    assert (page.status_code, "more than 100 files" in page.content.decode()) == (413, True)


def test_upload_beyond_the_bound_is_not_read(send):
    page = send("", ("a.txt", b"a" * 22_000_000))

    assert (page.status_code, "larger than 20 MB" in page.content.decode()) == (413, True)


def test_more_releases_than_the_bound_store_nothing(send):
    page = send("", ("a.jsonl", b"{}\n" * (posted.MAX_RELEASES + 1)))

    assert "more than 2,000 releases" in page.content.decode()
    assert not Release.objects.exists()


def test_text_too_long_for_a_form_is_saved_as_it_is(send):
    page = send(TEXT + "——— " * 55_000)  # bytes, not characters, are too many

    assert "1 saved as draft" in page.content.decode()
    assert Release.objects.get().source_text.startswith(TEXT)


@pytest.mark.parametrize("codename", ["add_release", "change_release", "view_release"])
def test_who_may_not_add_and_change_may_not_import(client, django_user_model, codename):
    writer = django_user_model.objects.create_user("writer", is_staff=True)
    writer.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(writer)

    for address in (PAGE, DRAFT):
        assert client.get(address).status_code == 403
        assert client.post(address, {"text": TEXT}).status_code == 403


def test_post_without_a_token_is_refused(admin_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)

    assert client.post(PAGE, {"text": TEXT}).status_code == 403
    assert client.post(DRAFT, {"text": TEXT}).status_code == 403


def test_public_is_sent_to_the_login_unread(client):
    assert client.post(PAGE, {"text": "a" * 10_000_000}).status_code == 302


def test_address_opened_by_hand_stores_nothing(admin_client):
    assert admin_client.get(DRAFT).status_code == 200
    assert admin_client.get(PAGE, {"text": TEXT}).status_code == 200
    assert not Release.objects.exists()


def test_edited_text_saved_twice_leads_to_the_first_draft(send, save_edits):
    page = send(TEXT)
    save_edits(page)

    second = save_edits(page)

    release = Release.objects.get()
    assert second.redirect_chain[-1][0].endswith(f"/{release.pk}/change/")
    assert "Already imported" in second.text


def test_same_form_sent_twice_shows_the_same_outcome(admin_client):
    sent = {"text": TEXT + "——— " * 55_000, "form_token": "a" * 32}

    first, second = (
        import_queued(admin_client, admin_client.post(PAGE, sent, follow=True)) for _ in range(2)
    )

    assert first.redirect_chain == second.redirect_chain
    assert '<p role="status">1 saved as draft.</p>' in second.text
    assert Release.objects.count() == 1
    assert LogEntry.objects.count() == 1


def test_something_else_sent_in_the_same_form_is_imported(admin_client):
    def post(title):
        upload = SimpleUploadedFile("a.jsonl", jsonl({**RECORD, "title": title}))
        sent = {"upload": upload, "form_token": "a" * 32}
        return import_queued(admin_client, admin_client.post(PAGE, sent, follow=True))

    assert "1 saved as draft" in post("One").text
    assert "1 saved as draft" in post("Two").text
    assert Release.objects.count() == 2


def test_outcome_is_shown_to_its_sender_alone(send, client, staff):
    page = send("", ("a.jsonl", jsonl(RECORD)))
    [(address, _)] = page.redirect_chain
    client.force_login(staff("publisher", "Ben"))

    assert client.get(address).status_code == 404


def test_outcome_lists_releases_deleted_since(send, admin_client):
    page = send("", ("a.jsonl", jsonl({**RECORD, "date": ""})))
    Release.objects.get().delete()

    again = admin_client.get(page.redirect_chain[0][0])

    assert "1 saved as draft" in again.text
    assert "/change/" not in again.text.partition("outcomes")[2]
