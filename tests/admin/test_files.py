"""Images and documents in a release's form."""

import pytest
from django.urls import reverse

from releases.files.intake import MAX_BYTES
from tests.files import samples


def sent(release, images=(), attachments=(), **fields):
    """The release's form as a browser sends it, with rows of files."""
    data = {
        "title": release.title,
        "slug": release.slug or "records-office",
        "date": release.date,
        "body": release.body,
        "language": "en",
        "change_kind": "minor",
        "sections-TOTAL_FORMS": 0,
        "sections-INITIAL_FORMS": 0,
        **fields,
    }
    for prefix, rows in (("images", images), ("attachments", attachments)):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for place, row in enumerate(rows):
            data |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
            data[f"{prefix}-{place}-position"] = 0
    return data


def save(client, release, **rows):
    address = reverse("admin:releases_release_change", args=[release.pk])
    return client.post(address, sent(release, **rows))


def picture(data=None, name="picture.jpg"):
    return samples.upload(data or samples.photograph(), name)


@pytest.mark.usefixtures("either_storage")
def test_picture_and_document_are_put_to_the_release(admin_client, make_release):
    release = make_release()

    answer = save(
        admin_client,
        release,
        images=[{"upload": picture(), "alt": "Two halves"}],
        attachments=[
            {"upload": picture(samples.pdf("Complaint text"), "Big Report.PDF"), "title": "Report"}
        ],
    )

    assert answer.status_code == 302
    assert release.images.get().alt == "Two halves"
    assert release.attachments.get().name == "big-report.pdf"
    assert release.attachments.get().text == "Complaint text"


def test_unusable_file_is_named_beside_its_field_and_nothing_is_saved(admin_client, make_release):
    release = make_release()

    answer = save(
        admin_client,
        release,
        images=[{"upload": picture(b"<svg onload='x()'/>"), "alt": "A drawing"}],
        title="A title typed just now",
    )

    formset = answer.context["inline_admin_formsets"][1].formset
    assert "SVG drawing" in formset.forms[0].errors["upload"][0]
    assert "A title typed just now" in answer.text
    assert not release.images.exists()


def test_picture_needs_an_alt_text_or_the_word_that_it_is_decorative(admin_client, make_release):
    release = make_release()

    neither = save(admin_client, release, images=[{"upload": picture()}])
    both = save(
        admin_client, release, images=[{"upload": picture(), "alt": "x", "decorative": "on"}]
    )
    decorative = save(admin_client, release, images=[{"upload": picture(), "decorative": "on"}])

    assert "Describe the picture for those who cannot see it" in neither.text
    assert "A decorative picture has no alt text" in both.text
    assert decorative.status_code == 302


def test_200_megabytes_are_refused_and_never_kept(admin_client, make_release, monkeypatch):
    release = make_release()
    monkeypatch.setattr("releases.uploads.MAX_BYTES", 100_000)
    monkeypatch.setattr("releases.files.intake.MAX_BYTES", 100_000)
    heavy = picture(samples.encoded(samples.two_halves((3000, 3000)), "TIFF"))

    answer = save(admin_client, release, images=[{"upload": heavy, "alt": "Heavy"}])

    assert "The file is too large: 28 megabytes" in answer.text
    assert MAX_BYTES == 50_000_000


@pytest.mark.usefixtures("either_storage")
def test_new_picture_on_a_public_release_is_a_version(admin_client, publish):
    release = publish()

    change = {"change_kind": "update", "change_note": "A picture was added."}
    save(admin_client, release, images=[{"upload": picture(), "alt": "Two halves"}], **change)

    latest = release.versions.last()
    assert (latest.number, latest.kind) == (2, "update")
    assert latest.snapshot["images"][0]["alt"] == "Two halves"


def test_form_shows_a_thumbnail_and_where_the_original_is(admin_client, make_release, attach_image):
    image = attach_image(make_release())

    page = admin_client.get(reverse("admin:releases_release_change", args=[image.release_id])).text

    assert f'<img src="{image.address("480.avif")}" alt="Two halves, red and blue"' in page
    assert image.address("original") in page
