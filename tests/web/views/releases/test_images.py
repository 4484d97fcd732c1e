"""Lead image, images in the text and crops on everything that shows a release."""

import json
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image as Picture

from releases import publishing
from releases.models import Image
from tests.conftest import NOON
from tests.media import samples

BODY = "First paragraph.\n\n- One item\n- Another item\n\nLast paragraph."


@pytest.fixture
def illustrated(make_release, attach_image):
    """A public release with a lead image, one after the list, and one below."""
    release = make_release(body=BODY)
    green = samples.photograph(right="green")  # a PDF has equal pictures only once
    attach_image(release, green, alt="Leading", is_lead=True, focus_x=0)
    attach_image(release, alt="Placed", caption="The list.", after_paragraph=2)
    attach_image(release, alt="Below")
    return publishing.approve(release, NOON)


def page(client, release):
    return client.get(release.get_absolute_url()).text


def in_order(text, *words):
    places = [text.index(word) for word in words]
    return places == sorted(places)


def test_lead_is_above_the_text_and_the_others_at_their_places(client, illustrated):
    shown = page(client, illustrated)

    words = ('alt="Leading"', 'id="p1"', "Another item", 'alt="Placed"')
    assert in_order(shown, *words, "Last paragraph.", 'id="images"', 'alt="Below"')
    assert [shown.count(f'alt="{alt}"') for alt in ("Placed", "Below")] == [1, 1]


def test_picture_follows_its_paragraph_through_corrections(client, illustrated):
    illustrated.body = f"New before all.\n\n{BODY}"
    illustrated.save()
    publishing.record_change(illustrated, "correction", "More.")

    assert in_order(page(client, illustrated), "Another item", 'alt="Placed"', "Last paragraph.")


def test_picture_whose_paragraph_is_gone_is_below_the_text(client, illustrated):
    Image.objects.filter(alt="Placed").update(after_paragraph=9)

    assert in_order(page(client, illustrated), "Last paragraph.", 'id="images"', 'alt="Placed"')


def test_lead_is_the_picture_of_link_previews(client, illustrated):
    card = f"/releases/{illustrated.number}/card.jpg"

    shown = page(client, illustrated)
    assert f'property="og:image" content="http://testserver{card}"' in shown
    assert 'property="og:image:alt" content="Leading"' in shown
    oembed = client.get("/oembed", {"url": f"http://testserver{illustrated.get_absolute_url()}"})
    assert oembed.json()["thumbnail_url"].endswith(card)
    feed = client.get("/feeds/releases.json").json()
    assert feed["items"][0]["image"].endswith(card)


def test_crop_keeps_the_focal_point_and_changes_with_it(client, make_release, attach_image):
    release = make_release()
    wide = samples.photograph(size=(2400, 630))
    attach_image(release, wide, is_lead=True, focus_x=0)
    release = publishing.approve(release, NOON)
    address = f"/releases/{release.number}/card.jpg"

    left = client.get(address)
    Image.objects.update(focus_x=100)
    right = client.get(address, headers={"If-None-Match": left.headers["ETag"]})

    colors = [
        Picture.open(BytesIO(answer.content)).getpixel((600, 300)) for answer in (left, right)
    ]
    assert Picture.open(BytesIO(left.content)).size == (1200, 630)
    assert [max(range(3), key=color.__getitem__) for color in colors] == [0, 2]  # red, blue


def test_crop_is_public_while_its_release_is(client, illustrated):
    address = f"/releases/{illustrated.number}/card.jpg"
    assert client.get(address).status_code == 200

    publishing.withdraw(illustrated, "It was wrong.")

    assert client.get(address).status_code == 404


def test_renditions_and_feeds_show_images_at_their_places(client, illustrated):
    markdown = client.get(f"/releases/{illustrated.number}.md").text
    words = ("![Leading](http", "First paragraph", "Another item", "![Placed](http")
    assert in_order(markdown, *words, "The list.", "Last paragraph", "![Below](http")

    text = client.get(f"/releases/{illustrated.number}.txt").text
    assert in_order(text, "Last paragraph.", "Lead image: Leading", "Image after paragraph 2: The")

    pdf = client.get(f"/releases/{illustrated.number}.pdf").content
    assert pdf.count(b"/Subtype/Image") == 2

    item = client.get("/feeds/releases.json").json()["items"][0]
    assert in_order(item["content_html"], 'alt="Leading"', "Another", 'alt="Placed"', "Last")

    described = json.loads(client.get(f"/releases/{illustrated.number}.json").content)["images"]
    assert [row["after_paragraph"] for row in described] == [None, 2, None]
    assert described[0]["is_lead"] is True
    assert described[0]["focus"] == {"x": 0, "y": 50}


def test_version_page_has_the_words_of_its_images(client, illustrated):
    shown = client.get(f"/releases/{illustrated.number}/versions/1/").text

    assert in_order(shown, "Leading", "Another item", "The list.", "Last paragraph.", "Below")
    assert "<figure" not in shown


def test_replaced_picture_keeps_its_address_and_changes_its_tag(client, illustrated, attach_image):
    image = illustrated.images.get(alt="Below")
    before = client.get(image.address("480.jpg")).headers["ETag"]

    replaced = attach_image(
        illustrated, samples.photograph(right="green"), pk=image.pk, key=image.key
    )
    publishing.record_change(illustrated, "update", "A better picture.")

    assert replaced.address("480.jpg") == image.address("480.jpg")
    answer = client.get(image.address("480.jpg"), headers={"If-None-Match": before})
    assert (answer.status_code, answer.headers["ETag"] != before) == (200, True)
    first, second = (row.snapshot["images"][2] for row in illustrated.versions.all())
    assert (first["key"], first["sha256"] != second["sha256"]) == (second["key"], True)


def test_page_takes_as_many_queries_wherever_its_images_are(
    client, illustrated, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as captured:
        page(client, illustrated)
    Image.objects.update(is_lead=False, after_paragraph=None)

    with django_assert_num_queries(len(captured)):
        page(client, illustrated)
