"""The card for social networks."""

from io import BytesIO

from PIL import Image as Picture


def test_card_is_a_picture_of_the_size_that_networks_show(client, report):
    with Picture.open(BytesIO(client.get(f"/releases/{report.number}/card.png").content)) as card:
        assert card.size == (1200, 630)
