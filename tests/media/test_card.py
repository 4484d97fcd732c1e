"""Cards have the largest title that fits, and no missing glyphs."""

import pytest

from releases.media.card import TITLE_BOX, TITLE_SIZES, _fit, _font, _truncate, can_draw, draw
from tests.processor_time import fastest


def test_accents_and_typographic_marks_can_be_drawn():
    assert can_draw("Ibáñez: “¿Qué – sí!” – § 5, Łódź, Привет, Ωμέγα")


def test_title_in_another_script_gives_way_to_the_number():
    assert not can_draw("检察长")
    assert draw("检察长", "2024-0001", "May 14", "Office", "#173f7a") == draw(
        "Press release 2024-0001", "2024-0001", "May 14", "Office", "#173f7a"
    )


@pytest.mark.parametrize("title", ["Short", "A longer title of words " * 40, "x" * 3000, ""])
def test_every_title_stays_inside_its_box(title):
    font, lines = _fit(title)

    assert all(font.getlength(line) <= TITLE_BOX[0] for line in lines)
    assert len(lines) * font.size * 5 / 4 <= TITLE_BOX[1] + font.size


def test_long_title_ends_in_an_ellipsis():
    _font, lines = _fit("A longer title of words " * 40)

    assert lines[-1].endswith("…")


def test_time_to_shorten_a_title_grows_as_the_title():
    font = _font("DejaVuSerif-Bold.ttf", TITLE_SIZES[0])
    whole = fastest(lambda: _truncate("unbroken" * 2_000, font))

    assert whole < 3 * fastest(lambda: _truncate("unbroken" * 1_000, font))
