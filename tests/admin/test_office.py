"""Office settings: what administrators enter comes before the environment, everywhere."""

import json

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, connection, transaction
from django.urls import reverse

from pressroom.infra import office
from releases import publishing
from releases.mail import outgoing
from releases.media import intake
from releases.models import AuditEntry, FeedAuthority, Office
from tests.media import samples

pytestmark = pytest.mark.django_db

PAGE = "/admin/releases/office/1/change/"
SUFFIXES = ("txt", "md", "json", "bib", "ris", "csl.json")


@pytest.fixture
def save(client, ada):
    """Send the form, as `save(name="County")`."""
    return lambda **fields: client.post(PAGE, fields, follow=True)


def seal(data=None):
    data = data or samples.encoded(samples.two_halves(mode="RGBA"), "PNG")
    return SimpleUploadedFile("seal.png", data)


@pytest.fixture
def county(db):
    """Store a name and a seal."""
    prepared = intake.prepare_seal(samples.upload(samples.photograph()))
    return publishing.save_office(Office(name="Elm County", seal_alt="Seal of Elm"), prepared)


def test_name_is_everywhere_that_the_setting_was(save, client, publish):
    release = publish()
    save(name="Elm County", contact="Desk, (555) 010-0199", footer="Open 9 to 5.")

    addresses = [
        "/",
        "/es/",
        release.get_absolute_url(),
        f"/releases/{release.number}/cite/",
        *(f"/releases/{release.number}.{suffix}" for suffix in SUFFIXES),
        *(f"/feeds/releases.{kind}" for kind in ("atom", "rss", "json")),
        f"/oembed?url=http://testserver{release.get_absolute_url()}",
        "/api/v1/openapi.json",
        f"/api/v1/releases/{release.number}/",
        "/admin/",
        "/nowhere/",
    ]
    answers = {address: client.get(address).content.decode() for address in addresses}

    assert {address for address, text in answers.items() if "Elm County" not in text} <= {
        f"/releases/{release.number}.txt",
        f"/releases/{release.number}.md",
    }
    assert not any("Office of the Attorney General" in text for text in answers.values())
    assert "Desk, " in answers["/"]
    assert "(555) 010-0199</a>" in answers["/"]
    assert "<p>Open 9 to 5.</p>" in answers["/"]
    assert 'lang="en"><p>Open 9 to 5.</p>' in answers["/es/"]


def test_empty_fields_leave_the_settings_in_force(save, client):
    save(name="")

    assert "Office of the Attorney General" in client.get("/").text
    assert "(555) 010-0100" in client.get("/").text
    assert 'placeholder="Office of the Attorney General"' in client.get(PAGE).text


@pytest.mark.parametrize(
    "origin",
    [
        *("http://localhost", "localhost", "https://localhost/press", "https://", "https://[x"),
        *("https://localhost:port", "https://me@localhost", "https://localhost?x", "javascript:x"),
    ],
)
def test_origin_that_is_more_or_less_than_https_and_a_host_is_refused(save, origin):
    assert "Enter only https:// and the host" in save(origin=origin).text
    assert not Office.objects.exists()


def test_origin_of_another_host_is_refused(save):
    assert "The site does not answer at evil.example" in save(origin="https://evil.example").text


def test_origin_begins_links_and_leaves_ids_of_feeds(save, client, publish, settings):
    settings.ALLOWED_HOSTS = ["localhost", "testserver", "press.example.gov"]
    release = publish()
    before = FeedAuthority.stored()

    save(origin="https://press.example.gov/")

    feed = client.get("/feeds/releases.json").json()
    assert feed["items"][0]["url"].startswith("https://press.example.gov/releases/")
    assert feed["items"][0]["id"].startswith(f"tag:{before},")
    assert outgoing.absolute_url("/x") == "https://press.example.gov/x"
    assert "https://press.example.gov/" in client.get(f"/releases/{release.number}.bib").text
    assert "https://press.example.gov/sitemap" in client.get("/robots.txt").text


def test_origin_entered_before_the_first_release_names_the_feeds(save, publish, settings):
    settings.ALLOWED_HOSTS = ["localhost", "testserver", "press.example.gov"]
    save(origin="https://press.example.gov")
    publish()

    assert FeedAuthority.stored() == "press.example.gov"


def test_languages_left_out_redirect_and_are_offered_nowhere(save, client):
    save(languages=["en"])

    assert "Español" not in client.get("/topics/").text
    assert client.get("/es/topics/?x=1").url == "/topics/?x=1"
    assert client.get("/es//evil.example/").url == "/evil.example/"
    assert client.get("/es/").url == "/"

    save(languages=["en", "es"])
    assert client.get("/es/topics/").status_code == 200


def test_default_language_has_to_stay(save):
    assert "English is the language of addresses" in save(languages=["es"]).text


def test_seal_is_on_pages_in_files_and_described(save, client, publish):
    release = publish()
    save(upload=seal(), seal_alt="Seal of Elm")
    row = Office.objects.get()
    picture = reverse("seal", args=[row.seal_key, "seal.webp"])

    page = client.get(release.get_absolute_url()).text
    pdf = client.get(f"/releases/{release.number}.pdf").content

    assert f'src="{picture}" alt="Seal of Elm" width="240" height="160"' in page
    answer = client.get(picture)
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert b"".join(answer).startswith(b"RIFF")
    assert b"/Subtype/Image" in pdf
    logo = reverse("seal", args=[row.seal_key, "seal.png"])
    assert json.dumps(f"http://testserver{logo}") in page

    save(remove="on")
    assert "seal.webp" not in client.get("/").text
    assert client.get(picture).status_code == 404
    assert b"/Subtype/Image" not in client.get(f"/releases/{release.number}.pdf").content


def test_seal_described_as_the_office_is_shown_instead_of_its_name(save, client):
    save(name="Elm County", upload=seal(), seal_alt="Elm County")

    head, _, printed = client.get("/topics/").text.partition('class="letterhead print-only"')
    for shown in (head.partition('class="site-name"')[2], printed.partition("</p>")[0]):
        assert 'alt="Elm County"' in shown
        assert "<span>Elm County</span>" not in shown


def test_seal_without_description_is_refused(save):
    assert "Describe the seal" in save(upload=seal()).text
    assert not Office.objects.exists()


def test_seal_is_checked_like_other_pictures(save):
    page = save(upload=seal(b"<svg onload='x'/>"), seal_alt="Seal")

    assert "SVG drawing, which can carry scripts" in page.text


def test_unreadable_seal_leaves_the_pdf_without_it(client, publish, county):
    default_storage.delete(county.seal_files[1]["file"])

    assert client.get(f"/releases/{publish().number}.pdf").content.startswith(b"%PDF")


def test_changes_are_on_record(save):
    save(name="Elm County", languages=["en"])

    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.by.username) == ("Office settings", "Ada")
    assert entry.why == "name: “” → “Elm County”\nlanguages: “” → “en”"
    save(name="Elm County", languages=["en"])
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("role", ["writer", "publisher"])
def test_only_administrators_may(client, staff, role):
    person = staff(role)
    client.force_login(person)

    assert client.post(PAGE, {"name": "Mine"}).status_code == 403
    with pytest.raises(publishing.ActionRefusedError, match="administrator"):
        publishing.save_office(Office(name="Mine"), by=person)
    assert not Office.objects.exists()


def test_markup_and_invisible_characters_are_cleaned(save):
    page = save(name="Elm\u200b <b>County</b>")

    assert Office.objects.get().name == "Elm County"
    assert "Name:" in page.text


def test_request_whose_database_fails_shows_what_was_known(monkeypatch, county):
    assert office.current().name == "Elm County"
    monkeypatch.setattr(office, "MAX_AGE", -1)

    with transaction.atomic():
        with pytest.raises(DataError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        shown = office.current().name  # the transaction takes no more queries
        transaction.set_rollback(True)

    assert shown == "Elm County"


def test_first_steps_lead_to_the_settings_and_to_invitations(client, ada):
    page = client.get("/admin/").text

    assert "Your first release" in page
    assert f'{PAGE}">Office settings</a>' in page
    assert '/admin/auth/user/add/">Invite your colleagues' in page
    assert Group.objects.get(name="administrator").permissions.filter(codename="change_office")


def test_first_steps_are_shown_until_each_is_done(save, client, publish, staff):
    publish()
    assert "To begin with" in client.get("/admin/").text

    save(name="Elm County")
    assert "Check the office" not in client.get("/admin/").text
    staff("publisher")
    assert "To begin with" not in client.get("/admin/").text


def test_color_is_on_public_pages_in_the_admin_and_on_cards(save, client, publish):
    release = publish()
    before = client.get(f"/releases/{release.number}/card.png").content
    save(color=" #7A1717 ")
    sheet = reverse("office-colors", args=["7a1717"])

    for address in ("/", release.get_absolute_url(), PAGE):
        assert f'<link rel="stylesheet" href="{sheet}">' in client.get(address).text
    answer = client.get(sheet)
    assert answer["Content-Type"] == "text/css"
    assert "immutable" in answer["Cache-Control"]
    assert "--accent: #7a1717;" in answer.text
    assert client.get(f"/releases/{release.number}/card.png").content != before

    save(color="")
    assert client.get(sheet).status_code == 404
    assert sheet not in client.get("/").text


def test_color_that_could_not_be_read_is_refused(save):
    assert "hard to read" in save(color="#ffee88").text
    assert not Office.objects.exists()
