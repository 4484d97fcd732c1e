"""Several pictures at once, their order, the lead image, focal points and places in the text."""

import pytest
from django.urls import reverse

from releases import publishing
from releases.media import intake
from releases.models import Image, Release
from tests.admin.sending import sent_from
from tests.admin.test_files import again, picture, sent
from tests.media import samples


def upload(client, release, file=None):
    page = "image_upload" if release else "image_upload_new"
    address = reverse(f"admin:releases_release_{page}", args=[release.pk] if release else [])
    return client.post(address, {"upload": file or picture()})


def pending(client, release, handle):
    address = reverse("admin:releases_release_image_pending", args=[release.pk])
    return client.get(address, {"handle": handle})


def rows(*images):
    """Return the fields of new rows."""
    given = {"images-TOTAL_FORMS": len(images), "images-INITIAL_FORMS": 0}
    for place, row in enumerate(images):
        given |= {f"images-{place}-{name}": value for name, value in row.items()}
    return given


@pytest.fixture
def three(make_release, attach_image):
    """A draft with the pictures a, b and c, and three paragraphs."""
    release = make_release(body="First.\n\nSecond one.\n\nThird and last.", slug="three")
    for alt in "abc":
        attach_image(release, alt=alt)
    return release


def names(release):
    return [image.alt for image in release.images.all()]


def test_uploaded_picture_is_attached_when_the_form_is_saved(admin_client, make_release, save):
    release = make_release(slug="records-office")
    handle = upload(admin_client, release, picture(name="door.jpg")).json()["handle"]
    assert not release.images.exists()
    assert pending(admin_client, release, handle).headers["Content-Type"] == "image/jpeg"

    save(release, **rows({"handle": handle, "alt": "A door"}))

    assert release.images.get().original_name == "door.jpg"


def test_picture_of_a_new_release_is_attached_when_it_is_first_saved(admin_client, make_release):
    handle = upload(admin_client, None).json()["handle"]
    data = sent(make_release(), images=[{"handle": handle, "alt": "A door"}])
    page = admin_client.get(reverse("admin:releases_release_add"), follow=True)
    token = page.context["adminform"].form["form_token"].value()

    admin_client.post(reverse("admin:releases_release_add"), {**data, "form_token": token})

    assert Release.objects.latest("pk").images.get().alt == "A door"


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"<svg/>", "SVG drawing"), (samples.pixel_bomb(), "too large: 50,000 × 50,000 pixels")],
)
def test_unusable_picture_is_refused_in_a_sentence(admin_client, make_release, data, reason):
    answer = upload(admin_client, make_release(), picture(data))

    assert "handle" not in answer.json()
    assert reason in answer.json()["reason"]


def test_heavy_picture_is_refused_in_a_sentence(admin_client, make_release, monkeypatch):
    monkeypatch.setattr("releases.web.upload_size.MAX_BYTES", 1000)
    monkeypatch.setattr(intake, "MAX_BYTES", 1000)

    answer = upload(admin_client, make_release())

    assert "The file is too large" in answer.json()["reason"]


def test_upload_without_a_file_is_refused(admin_client, make_release):
    address = reverse("admin:releases_release_image_upload", args=[make_release().pk])

    assert admin_client.post(address).json() == {"reason": "Choose a picture."}


def test_writer_uploads_no_picture_for_a_public_release(client, publish, staff):
    client.force_login(staff("writer"))

    assert upload(client, publish()).status_code == 403


def test_waiting_picture_is_shown_to_its_sender_alone(client, admin_client, make_release, staff):
    release = make_release()
    handle = upload(admin_client, release).json()["handle"]
    client.force_login(staff("writer"))

    assert pending(client, release, handle).status_code == 404
    assert pending(admin_client, make_release(), handle).status_code == 404


def test_several_chosen_pictures_become_rows_that_ask_for_alt_text(
    admin_client, make_release, change_url
):
    release = make_release(slug="records-office")
    chosen = [picture(name="door.jpg"), picture(name="gate.jpg")]

    page = admin_client.post(change_url(release), sent(release, images_chosen=chosen))

    assert "“door.jpg” is still attached" in page.text
    assert "“gate.jpg” is still attached" in page.text
    described = {"images-0-alt": "A door", "images-1-alt": "A gate"}
    again(admin_client, release, page, **described)
    assert names(release) == ["A door", "A gate"]


def test_pictures_are_ordered_by_number(three, save):
    save(three, **{"images-2-position": 1})
    assert names(three) == ["c", "a", "b"]

    save(three, **{"images-0-position": ""})
    assert names(three) == ["a", "b", "c"]


def test_saving_without_a_change_keeps_order_and_moments(three, save):
    before = list(three.images.values())

    save(three)

    after = list(three.images.values())
    assert [row | {"position": 0} for row in after] == before


def test_lead_passes_from_one_picture_to_another(three, save):
    save(three, **{"images-1-is_lead": "on"})
    assert three.images.get(is_lead=True).alt == "b"

    save(three, **{"images-1-is_lead": "", "images-0-is_lead": "on"})
    assert three.images.get(is_lead=True).alt == "a"


def test_two_leads_are_refused(three, save):
    page = save(three, **{"images-0-is_lead": "on", "images-1-is_lead": "on"})

    assert "Choose one lead image. 2 are ticked." in page.text
    assert not three.images.filter(is_lead=True).exists()


@pytest.mark.parametrize("percent", ["101", "-1", "x"])
def test_focal_point_outside_of_the_picture_is_refused(three, save, percent):
    save(three, **{"images-0-focus_x": percent})

    assert set(three.images.values_list("focus_x", flat=True)) == {50}


def test_picture_stays_with_its_paragraph_when_the_text_changes(three, save):
    save(three, **{"images-0-after_paragraph": "2"})
    assert three.images.get(alt="a").after_paragraph == 2

    save(three, body="A new one before all.\n\nFirst.\n\nSecond one.\n\nThird and last.")
    assert three.images.get(alt="a").after_paragraph == 3

    save(three, body="A new one before all.\n\nFirst.\n\nThird and last.")
    assert three.images.get(alt="a").after_paragraph == 2


def test_place_after_a_typed_paragraph_is_one_in_the_saved_text(admin_client, three, save):
    save(three, **{"images-0-after_paragraph": "2"})
    body = "A new one.\n\nFirst.\n\nSecond one.\n\nThird and last."
    address = reverse("admin:releases_release_check", args=[three.pk])
    shown = admin_client.post(address, {"body": body}).json()["paragraphs"]
    assert shown == ["A new one.", "First.", "Second one.", "Third and last."]

    save(three, body=body, **{"images-1-after_paragraph": "typed-1"})

    places = dict(three.images.values_list("alt", "after_paragraph"))
    assert places == {"a": 3, "b": 1, "c": None}


@pytest.mark.parametrize("place", ["typed-0", "typed-x", "typed-99999", "4"])
def test_crafted_place_is_refused(three, save, place):
    page = save(three, **{"images-0-after_paragraph": place})

    assert "Select a valid choice" in page.text


def test_checklist_asks_for_the_alt_text_of_a_picture_that_is_not_saved_yet(admin_client, three):
    address = reverse("admin:releases_release_check", args=[three.pk])
    typed = {"images-0-handle": "signed", "images-0-alt": ""}

    assert "has no alt text" in admin_client.post(address, typed).json()["html"]
    described = typed | {"images-0-alt": "A door"}
    assert "has no alt text" not in admin_client.post(address, described).json()["html"]


def test_layout_of_a_public_release_is_a_minor_edit_that_is_read_first(
    admin_client, three, change_url
):
    release = publishing.approve(three, three.created_at)
    page = admin_client.get(change_url(release))
    changed = {"images-0-is_lead": "on", "images-1-after_paragraph": "2"}

    page = again(admin_client, release, page, **changed)
    assert "Layout of images" in page.text
    assert release.versions.count() == 1

    confirmed = {**sent_from(page.context), "body": release.body}
    admin_client.post(change_url(release), confirmed)
    snapshot = release.versions.last().snapshot
    assert [row.get("is_lead") for row in snapshot["images"]] == [True, None, None]
    assert snapshot["images"][1]["after_paragraph"] == 2


def test_layout_of_a_release_under_embargo_stays_as_approved(three, in_an_hour, save):
    release = publishing.approve(three, in_an_hour)

    page = save(release, **{"images-0-is_lead": "on"})

    assert "Recall its approval" in page.text
    assert release.versions.count() == 1


def test_copied_release_keeps_the_layout(three):
    Image.objects.filter(alt="a").update(is_lead=True, focus_x=20, after_paragraph=2)

    copy = publishing.copy_release(three, with_files=True)

    image = copy.images.get(alt="a")
    assert (image.is_lead, image.focus, image.after_paragraph) == (True, (20, 50), 2)
