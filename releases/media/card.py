"""Image that social networks and messengers show for a link to a release."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)  # pixels: 1.91 to 1, what the Open Graph consumers crop to
MARGIN = 80
TITLE_BOX = (SIZE[0] - 2 * MARGIN, 340)
TITLE_SIZES = (72, 64, 56, 48, 42)
SMALL = 32

# Colors of static/css/tokens.css, light theme.
BACKGROUND, TEXT, MUTED = "#fffefb", "#1b1b18", "#4b4b45"

FONTS = Path(__file__).parent / "fonts"
NO_SUCH_CHARACTER = "\U0010ffff"

Font = ImageFont.FreeTypeFont


@lru_cache(64)
def draw(title: str, number: str, date: str, office: str, color: str) -> bytes:
    """Return a PNG; equal arguments give equal bytes."""
    picture = Image.new("RGB", SIZE, BACKGROUND)
    canvas = ImageDraw.Draw(picture)
    canvas.rectangle((0, 0, 24, SIZE[1]), fill=color)
    small = _font("DejaVuSerif.ttf", SMALL)
    canvas.text((MARGIN, MARGIN - 20), _truncate(office, small), MUTED, small)
    # A script that the font lacks would be drawn as boxes.
    font, lines = _fit(title if can_draw(title) else f"Press release {number}")
    canvas.multiline_text((MARGIN, 150), "\n".join(lines), TEXT, font, spacing=font.size // 4)
    canvas.text((MARGIN, SIZE[1] - MARGIN - 20), f"{date} · Release {number}", color, small)
    target = BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def can_draw(text: str) -> bool:
    """Return whether the font has every character of the text."""
    font = _font("DejaVuSerif-Bold.ttf", SMALL)
    box = bytes(font.getmask(NO_SUCH_CHARACTER))
    return all(bytes(font.getmask(character)) != box for character in set(text))


@lru_cache
def _font(name: str, size: int) -> Font:
    # The basic layout is the same on every machine, and these scripts need no other.
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def _fit(title: str) -> tuple[Font, list[str]]:
    """Return the largest font in which the title fits its box, and its lines, cut if none fits."""
    for size in TITLE_SIZES:
        font = _font("DejaVuSerif-Bold.ttf", size)
        lines, most = _wrap(title, font), TITLE_BOX[1] // (size * 3 // 2)
        if len(lines) <= most:
            return font, lines
    return font, [*lines[: most - 1], _truncate(" ".join(lines[most - 1 :]), font)]


def _wrap(text: str, font: Font) -> list[str]:
    """Return lines no wider than the title's box, cutting words that are wider."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= TITLE_BOX[0]:
            lines[-1] = longer
        else:
            lines.append(_truncate(word, font))
    return lines


def _truncate(text: str, font: Font) -> str:
    """Return the text, cut to the width of a line and marked with an ellipsis."""
    if font.getlength(text) <= TITLE_BOX[0]:
        return text

    def is_too_wide(end: int) -> bool:
        return font.getlength(f"{text[:end]} …") > TITLE_BOX[0]

    end = bisect_left(range(len(text)), True, key=is_too_wide)
    return f"{text[: max(end - 1, 0)].rstrip()} …"
