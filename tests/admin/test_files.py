"""Images and documents in a release's form."""

import pytest
from django.urls import reverse

from releases import publishing
from releases.media.intake import MAX_BYTES
from releases.models import Upload
from tests.admin.sending import sent_from
from tests.media import samples


def sent(release, images=(), attachments=(), **fields):
    """Return the release's form as a browser would send it, with rows of files."""
    data = {
        "title": release.title,
        "slug": release.slug or "records-office",
        "date": release.date,
        "body": release.body,
        "language": "en",
        "seen": release.updated_at.isoformat(),
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


def test_unusable_file_is_named_at_its_field_and_nothing_is_saved(admin_client, make_release):
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


def test_picture_needs_alt_text_or_the_decorative_tick(admin_client, make_release):
    release = make_release()

    neither = save(admin_client, release, images=[{"upload": picture()}])
    both = save(
        admin_client, release, images=[{"upload": picture(), "alt": "x", "decorative": "on"}]
    )
    decorative = save(admin_client, release, images=[{"upload": picture(), "decorative": "on"}])

    assert "Describe the picture for people who cannot see it" in neither.text
    assert "A decorative picture has no alt text" in both.text
    assert decorative.status_code == 302


def test_200_megabytes_are_refused_and_never_kept(admin_client, make_release, monkeypatch):
    release = make_release()
    monkeypatch.setattr("releases.web.upload_size.MAX_BYTES", 100_000)
    monkeypatch.setattr("releases.media.intake.MAX_BYTES", 100_000)
    heavy = picture(samples.encoded(samples.two_halves((3000, 3000)), "TIFF"))

    answer = save(admin_client, release, images=[{"upload": heavy, "alt": "Heavy"}])

    assert "The file is too large: 28 MB" in answer.text
    assert MAX_BYTES == 50_000_000


UPDATE = {"change_kind": "update", "change_note": "A picture was added."}


def again(client, release, page, **changed):
    """Return the form that was shown again, as a browser would send it: without the files."""
    address = reverse("admin:releases_release_change", args=[release.pk])
    return client.post(address, {**sent_from(page.context), **changed})


@pytest.mark.usefixtures("either_storage")
def test_new_picture_on_a_public_release_goes_out_once_it_was_read(admin_client, publish):
    release = publish()

    page = save(
        admin_client, release, images=[{"upload": picture(), "alt": "Two halves"}], **UPDATE
    )
    assert "Check “What would change”, then save again" in page.text
    assert "“picture.jpg” is still attached" in page.text
    assert not release.images.exists()

    assert again(admin_client, release, page).status_code == 302
    latest = release.versions.last()
    assert (latest.number, latest.kind) == (2, "update")
    assert latest.snapshot["images"][0]["alt"] == "Two halves"
    assert release.images.get().original_name == "picture.jpg"


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"images-0-caption": "The door."}, "The door."),
        ({"images-0-DELETE": "on"}, "[deleted: </span>Two halves"),
        ({"images-0-upload": lambda: picture(samples.photograph(right="green"))}, "SHA-256"),
    ],
)
def test_picture_of_a_public_release_is_changed_once_it_was_read(
    admin_client, publish, attach_image, changed, shown
):
    release = publish()
    image = attach_image(release)
    publishing.record_change(release, "update", "A picture was added.")
    address = reverse("admin:releases_release_change", args=[release.pk])
    sent = {name: value() if callable(value) else value for name, value in changed.items()}

    page = again(admin_client, release, admin_client.get(address), **UPDATE, **sent)
    assert "Check “What would change”, then save again" in page.text
    assert shown in page.text
    assert release.versions.count() == 2

    again(admin_client, release, page)
    latest = release.versions.last()
    assert (latest.number, latest.by.username) == (3, "admin")
    assert image.snapshot() not in latest.snapshot.get("images", [])


def test_chosen_file_is_kept_where_another_row_is_refused(admin_client, make_release):
    release = make_release()
    rows = [{"upload": picture(name="door.jpg"), "alt": "A door"}, {"upload": picture(b"<svg/>")}]

    page = save(admin_client, release, images=rows)
    assert "“door.jpg” is still attached" in page.text
    assert not release.images.exists()

    again(admin_client, release, page, **{"images-1-DELETE": "on"})
    assert [image.original_name for image in release.images.all()] == ["door.jpg"]


def test_newly_chosen_file_replaces_the_kept_one(admin_client, make_release):
    release = make_release()
    page = save(admin_client, release, images=[{"upload": picture(name="door.jpg")}])

    chosen = {"images-0-upload": picture(name="gate.jpg"), "images-0-alt": "A gate"}
    again(admin_client, release, page, **chosen)

    assert release.images.get().original_name == "gate.jpg"


def test_kept_file_of_another_release_is_refused_by_its_field(admin_client, make_release):
    page = save(admin_client, make_release(), images=[{"upload": picture()}])
    handle = sent_from(page.context)["images-0-handle"]
    other = make_release()

    page = save(admin_client, other, images=[{"handle": handle, "alt": "Two halves"}])

    assert "choose it again" in page.text
    assert not other.images.exists()


def test_file_counts_once_against_the_quota(admin_client, publish):
    release = publish()
    page = save(
        admin_client, release, images=[{"upload": picture(), "alt": "Two halves"}], **UPDATE
    )
    again(admin_client, release, page)

    assert Upload.objects.count() == 1


def test_form_shows_a_thumbnail_and_where_the_original_is(admin_client, make_release, attach_image):
    image = attach_image(make_release())

    page = admin_client.get(reverse("admin:releases_release_change", args=[image.release_id])).text

    assert f'<img src="{image.address("480.avif")}" alt="Two halves, red and blue"' in page
    assert image.address("original") in page
