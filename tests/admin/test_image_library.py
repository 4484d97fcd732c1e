"""Earlier images are found, and used again in another release."""

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from releases import publishing
from releases.models import Image
from tests.admin.sending import sent_from
from tests.conftest import NOON

LIBRARY = reverse("admin:releases_release_images")


def find(client, **query):
    return [image.alt for image in client.get(LIBRARY, query).context["page"]]


@pytest.fixture
def published(make_release, attach_image):
    """A picture of a public release."""
    release = make_release(title="First of All")
    image = attach_image(release, alt="A door", caption="The new office", focus_x=20)
    publishing.approve(release, NOON)
    return image


@pytest.fixture
def draft(make_release):
    return make_release(title="A Second One", slug="second")


def reuse(client, release, image, **headers):
    address = reverse("admin:releases_release_image_reuse", args=[release.pk])
    return client.post(address, {"key": image.key}, headers=headers)


JSON = {"accept": "application/json"}


@pytest.mark.parametrize("q", ["NEW office", "door", "roe", "picture.jpg", "office roe"])
def test_image_is_found_by_caption_alt_text_credit_and_file_name(admin_client, published, q):
    assert find(admin_client, q=q) == ["A door"]
    assert find(admin_client, q=f"{q} zebra") == []


def test_images_of_releases_that_were_taken_down_are_not_found(admin_client, published):
    publishing.remove(published.release, "It named a minor.")

    assert find(admin_client) == []


def test_library_is_for_who_may_see_releases(client, db):
    client.force_login(User.objects.create_user("temp", is_staff=True))

    assert client.get(LIBRARY).status_code == 403


def test_image_used_again_is_a_row_with_files_of_its_own(admin_client, published, draft, save):
    answer = reuse(admin_client, draft, published, **JSON).json()
    assert answer["texts"]["caption"] == "The new office"
    assert not draft.images.exists()
    new = {"handle": answer["handle"], "alt": "A door", "caption": "Again", "focus_x": 20}

    save(draft, **{f"images-0-{name}": value for name, value in new.items()}, **COUNTS)

    image = draft.images.get()
    assert (image.sha256, image.focus, image.caption) == (published.sha256, (20, 50), "Again")
    assert image.key != published.key
    names = [image.original.name, *(stored.file for stored in image.stored())]
    assert {name.partition("/")[0] for name in names} == {image.key}
    assert all(map(default_storage.exists, names))


COUNTS = {"images-TOTAL_FORMS": 1, "images-INITIAL_FORMS": 0}


def test_without_a_script_the_form_is_shown_with_the_image_added(
    admin_client, published, draft, change_url
):
    page = admin_client.post(
        reverse("admin:releases_release_image_reuse", args=[draft.pk]),
        {"key": published.key},
        follow=True,
    )
    assert "Nothing has been saved yet" in page.text
    assert "“picture.jpg” is still attached" in page.text

    admin_client.post(change_url(draft), sent_from(page.context))

    assert draft.images.get().caption == "The new office"


def test_image_of_a_release_that_is_not_public_cannot_be_used(
    admin_client, make_release, attach_image, draft, in_an_hour
):
    embargoed = make_release(title="Not Yet")
    image = attach_image(embargoed, alt="Secret")
    publishing.approve(embargoed, in_an_hour)
    drafted = attach_image(make_release(title="Not Approved"), alt="Secret")

    assert find(admin_client) == ["Secret", "Secret"]
    assert "Use this picture" not in admin_client.get(LIBRARY, {"for": draft.pk}).text
    for each in (image, drafted):
        assert reuse(admin_client, draft, each, **JSON).status_code == 404
    assert not Image.objects.filter(release=draft).exists()


def test_library_takes_as_many_queries_for_many_images(
    admin_client, published, draft, attach_image, django_assert_num_queries
):
    find(admin_client)  # the first request reads the session and more
    with CaptureQueriesContext(connection) as captured:
        find(admin_client)
    for _ in range(3):
        attach_image(draft)

    with django_assert_num_queries(len(captured)):
        assert len(find(admin_client)) == 4


@pytest.mark.parametrize(
    "query", [{"q": "x" * 300}, {"q": "\0"}, {"for": "9" * 30}, {"page": "x"}, {"for": "x"}]
)
def test_crafted_query_gets_a_page(admin_client, published, query):
    assert admin_client.get(LIBRARY, query).status_code == 200
