"""Office's color: contrast (WCAG 2.2) and the stylesheet of colors made from it."""

from __future__ import annotations

import re

PATTERN = r"#[0-9a-f]{6}"
DEFAULT = "#173f7a"  # --accent in tokens.css
RAISED, DARK_GROUND = "#f4f2ec", "#15171a"  # --ground-raised light, --ground dark in tokens.css
NOT_HEX = f"Write the color as # and six digits, such as {DEFAULT}."
TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
DARK_CONTRAST = 7.0
WHITE, BLACK = "#ffffff", "#000000"

STYLESHEET = """:root {{
  --accent: {color};
  --band: {color};
  --band-rule: {rule};
}}

@media (prefers-color-scheme: dark) {{
  :root {{
    --accent: {bright};
    --band: {dark};
    --band-rule: {dark_rule};
  }}
}}
"""


def objection_to_color(color: str) -> str:
    """Return a sentence on why pages cannot use the color; "" if they can."""
    if not re.fullmatch(PATTERN, color):
        return NOT_HEX
    if (found := contrast(color, RAISED)) < TEXT_CONTRAST:
        return (
            "Links in this color would be hard to read: its contrast with the page is "
            f"{found:.1f}, and {TEXT_CONTRAST} is needed. Choose a darker one."
        )
    return ""


def stylesheet(color: str) -> str:
    """Return CSS that sets the tokens of the office's color, for light and dark pages."""
    dark = _mix(color, BLACK, 0.5)
    return STYLESHEET.format(
        color=color,
        rule=_mix(color, WHITE, 0.25),
        bright=_readable_in_the_dark(color),
        dark=dark,
        dark_rule=_mix(dark, WHITE, 0.2),
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _readable_in_the_dark(color: str) -> str:
    lighter = (_mix(color, WHITE, share / 20) for share in range(21))
    return next(c for c in lighter if contrast(c, DARK_GROUND) >= DARK_CONTRAST)


def _luminance(color: str) -> float:
    """Return the relative luminance of sRGB (WCAG 2.2)."""
    linear = [_linear(part / 255) for part in _parts(color)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _mix(color: str, other: str, share: float) -> str:
    """Return the color with a share (0 to 1) of the other in it."""
    pairs = zip(_parts(color), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _parts(color: str) -> list[int]:
    """Return red, green and blue, 0 to 255."""
    return [int(color[start : start + 2], 16) for start in (1, 3, 5)]
