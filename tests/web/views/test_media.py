"""Files of releases: who may read them, stable URLs, and requests as browsers send them."""

import datetime
import hashlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as Picture

from releases import publishing
from releases.media import attachments, intake, stored_files
from releases.models import Release
from tests.media import samples
from tests.web.views.conftest import body

either_storage = pytest.mark.usefixtures("either_storage")


def addresses(release) -> list[str]:
    image, paper = release.images.get(), release.attachments.get()
    files = [image.address(stored.name) for stored in image.stored()]
    handouts = [f"/releases/{release.number}/{name}" for name in ("card.png", "kit.zip")]
    return [*files, paper.get_absolute_url(), *handouts]


def statuses(client, release) -> set[int]:
    return {client.get(address).status_code for address in addresses(release)}


def lift_at(release, moment) -> None:
    Release.objects.filter(pk=release.pk).update(release_at=moment)


@either_storage
def test_files_appear_exactly_at_the_release_time(client, report, monkeypatch):
    lift = timezone.now() + datetime.timedelta(hours=1)
    lift_at(report, lift)

    monkeypatch.setattr(timezone, "now", lambda: lift - datetime.timedelta(seconds=1))
    assert statuses(client, report) == {404}

    monkeypatch.setattr(timezone, "now", lambda: lift)
    assert statuses(client, report) == {200}


@either_storage
@pytest.mark.parametrize("verb", [publishing.withdraw, publishing.remove])
def test_files_are_private_again_after_withdrawal(client, report, verb):
    before = client.get(addresses(report)[0]).headers["ETag"]

    verb(report, "It named the wrong county.")

    assert statuses(client, report) == {404}
    assert client.get(addresses(report)[0], headers={"If-None-Match": before}).status_code == 404


def test_files_of_a_draft_are_for_staff_with_the_right_alone(
    client, admin_client, make_release, attach_image, django_user_model
):
    image = attach_image(make_release())
    address = image.address("full.jpg")
    other = django_user_model.objects.create_user("intern", is_staff=True)

    assert client.get(address).status_code == 404
    assert admin_client.get(address).headers["Cache-Control"] == "private, no-store"
    client.force_login(other)
    assert client.get(address).status_code == 404


@either_storage
def test_original_is_for_staff_only_and_unchanged(client, admin_client, report):
    address = report.images.get().address("original")

    assert client.get(address).status_code == 404
    answer = admin_client.get(address)
    assert body(answer) == samples.with_personal_tags()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"


@either_storage
def test_public_file_is_the_same_for_everyone_and_revalidated(client, admin_client, report):
    for address in addresses(report):
        for asking in (client, admin_client):
            answer = asking.get(address)
            assert answer.headers["Cache-Control"] == "public, no-cache"
            assert "Cookie" not in answer.headers.get("Vary", "")
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@either_storage
def test_matching_etag_gets_304_without_reading_the_file(client, report):
    etags = {address: client.get(address).headers["ETag"] for address in addresses(report)}
    for name in list(stored_files.list_names(default_storage)):
        default_storage.delete(name)

    for address, etag in etags.items():
        again = client.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")


@either_storage
def test_requested_range_is_sent(client, report):
    address = addresses(report)[0]
    whole = body(client.get(address))

    part = client.get(address, headers={"Range": "bytes=10-19"})

    assert part.status_code == 206
    assert body(part) == whole[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert client.get(address, headers={"Range": "bytes=99999999-"}).status_code == 416
    stale = client.get(address, headers={"Range": "bytes=10-19", "If-Range": '"another"'})
    assert stale.status_code == 200


@either_storage
def test_head_has_the_size_and_no_body(client, report):
    for address in addresses(report)[:1]:
        answer = client.head(address)
        assert answer.content == b""
        assert int(answer.headers["Content-Length"]) == len(body(client.get(address)))


@either_storage
def test_missing_file_is_404_and_logged(client, report, caplog):
    image, paper = report.images.get(), report.attachments.get()
    for stored in (image.stored()[0], *paper.stored()):
        default_storage.delete(stored.file)

    for address in (image.address("full.jpg"), paper.get_absolute_url()):
        assert client.get(address).status_code == 404
    assert client.get(f"/releases/{report.number}/kit.zip").status_code == 404
    for stored in (image.stored()[0], *paper.stored()):
        assert f"{stored.file}'" in caplog.text
    assert client.get(image.address("480.avif")).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_files_are_only_read(client, report, method):
    assert getattr(client, method)(addresses(report)[0]).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/media/images/" + "0" * 32 + "/full.jpg",
        "/media/images/" + "0" * 32 + "/../../etc/passwd",
        "/media/files/" + "0" * 32 + "/a.pdf",
        "/media/" + "0" * 32 + "/full.jpg",
    ],
)
def test_unknown_file_is_404(client, report, address):
    assert client.get(address).status_code == 404


@either_storage
def test_replaced_picture_keeps_its_address(client, report):
    image = report.images.get()
    before = client.get(image.address("full.jpg"))
    data = samples.photograph(size=(300, 200))

    attachments.attach_image(image, intake.prepare_image(samples.upload(data)))

    after = client.get(image.address("full.jpg"))
    assert after.headers["ETag"] != before.headers["ETag"]
    with Picture.open(BytesIO(body(after))) as picture:
        assert picture.size == (300, 200)
    assert client.get(image.address("800.webp")).headers["Location"] == image.address("300.webp")


def test_front_end_server_sends_the_file_if_configured(client, report, settings):
    settings.MEDIA_HANDOVER = "x-accel"
    image = report.images.get()

    answer = client.get(image.address("full.jpg"))

    assert answer.headers["X-Accel-Redirect"] == f"/media-files/{image.stored()[0].file}"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.content == b""


def test_page_shows_the_picture_in_every_format_with_its_words(client, report):
    page = client.get(report.get_absolute_url()).text
    image = report.images.get()

    for shown in (
        f'<source type="image/avif" srcset="{image.address("480.avif")} 480w, ',
        f'<img src="{image.address("800.jpg")}"',
        'width="800" height="1200" alt="Two halves, red and blue" loading="lazy"',
        "Photo: Jane Roe.",
        "Public domain.",
        "Complaint</a>",
        "(PDF, 1 page, ",
        f'<meta property="og:image" content="http://testserver/releases/{report.number}/card.png">',
    ):
        assert shown in page


def test_withdrawn_page_shows_no_file(client, report):
    withdrawn = publishing.withdraw(report, "It named the wrong county.")

    page = client.get(withdrawn.get_absolute_url()).text

    assert "/media/" not in page
    assert "card.png" not in page
    assert "kit.zip" not in page


@either_storage
def test_changed_credit_changes_the_label_once(client, report):
    image = report.images.get()
    image.credit = "Photo: John Doe & Co."
    attachments.attach_image(image)

    data = body(client.get(image.address("full.jpg")))

    assert b"John Doe &amp; Co." in data
    assert b"Jane Roe" not in data
    assert client.get(image.address("full.jpg")).headers["ETag"].strip('"') == (
        hashlib.sha256(data).hexdigest()
    )
