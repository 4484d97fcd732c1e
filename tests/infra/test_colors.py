"""Office's color: readable on light and dark pages."""

import re

import pytest

from pressroom.infra import colors

DARK_OFFICE = ["#000000", "#173f7a", "#7a1717", "#0b5d2f", "#5c2d91", "#6b5300"]


def test_contrast_is_that_of_wcag():
    assert round(colors.contrast("#000000", "#ffffff"), 2) == 21
    assert round(colors.contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize(
    "color", ["red", "#fff", "#12345g", "#173f7a;}", "#173F7A", "", "#173f7a\n"]
)
def test_what_is_no_color_is_refused(color):
    assert "# and six digits" in colors.objection_to_color(color)


def test_light_color_is_refused_with_its_contrast():
    assert "its contrast with the page is 1.0, and 4.5 is needed" in colors.objection_to_color(
        "#f0f0e8"
    )


@pytest.mark.parametrize("color", DARK_OFFICE)
def test_links_are_readable_on_dark_pages(color):
    light, dark = re.findall(r"--accent: (#[0-9a-f]{6});", colors.stylesheet(color))

    assert not colors.objection_to_color(color)
    assert light == color
    assert colors.contrast(dark, colors.DARK_GROUND) >= 7


@pytest.mark.parametrize("color", DARK_OFFICE)
def test_white_is_readable_on_the_band(color):
    for band in re.findall(r"--band: (#[0-9a-f]{6});", colors.stylesheet(color)):
        assert colors.contrast(band, "#f4f6fa") >= 4.5


def test_site_is_in_the_default_color(settings):
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text()

    assert f"--accent: {colors.DEFAULT};" in tokens
    assert f"--ground-raised: {colors.RAISED};" in tokens
    assert f"--ground: {colors.DARK_GROUND};" in tokens
