"""PDF rendition: letterhead, text, pictures and links, tagged for assistive technology (PDF/UA-1)
and complete in itself for archives (PDF/A-2u).

Typst sets it in a process of its own, which sees only the folder that is written here.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess  # nosec B404
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from pressroom.infra import colors, office
from releases.content import blocks
from releases.models import Image
from releases.output import banner, flow, letterhead, pictures
from releases.output.edition import Edition
from releases.parsing.parser import ParsedSection

FONTS = Path(__file__).parents[2] / "media" / "fonts"
TEMPLATE = Path(__file__).with_name("release.typ")
PROJECT = Path(__file__).parents[3]
TIMEOUT = 60  # seconds
TEXT_WIDTH = 165  # mm

logger = logging.getLogger(__name__)


class TypesettingError(Exception):
    """The PDF took too long, or could not be set."""


def make(edition: Edition) -> bytes:
    """Return the PDF. Equal editions give equal bytes. Raises TypesettingError."""
    with TemporaryDirectory(prefix="pdf-") as name, letterhead.language(edition):
        folder = Path(name)
        data = json.dumps(_Document(edition, folder).data(), ensure_ascii=False)
        (folder / "data.json").write_text(data)
        (folder / "main.typ").write_text(TEMPLATE.read_text())
        import_string("segno.make")(edition.short_link, error="m").save(
            str(folder / "address.svg"), border=0
        )
        _typeset(folder, edition.text.language)
        return (folder / "release.pdf").read_bytes()


def _typeset(folder: Path, language: str) -> None:
    fonts = [FONTS, *([Path(settings.PDF_FONTS)] if settings.PDF_FONTS else [])]
    command = [sys.executable, "-m", "releases.output.typesetter", str(folder), language]
    try:
        subprocess.run(  # noqa: S603  # nosec B603
            [*command, *map(str, fonts)],
            cwd=PROJECT,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            timeout=TIMEOUT,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        logger.error("A PDF could not be made. %s %s", error, error.stderr or "")
        raise TypesettingError("The PDF could not be made.") from error


class _Document:
    """Content of one PDF; its pictures are written to `folder`."""

    def __init__(self, edition: Edition, folder: Path) -> None:
        self._edition, self._folder = edition, folder
        self._pictures = 0

    def data(self) -> dict[str, Any]:
        """Return everything that the template prints."""
        edition, release = self._edition, self._edition.text
        body, *texts = [self._blocks(found) for found in flow.pieces(edition)]
        sections = zip(release.sections, texts, strict=True)
        return {
            **self._frame(),
            "title": edition.title,
            "subtitle": release.subtitle,
            "banner": banner.lines(edition),
            "contact": release.contact.split("\n") if release.contact else [],
            "lead": self._each_picture(filter(None, [edition.layout.lead])),
            "body": body,
            "sections": [_section(*pair) for pair in sections],
            "end_mark": release.end_mark,
            "below": self._each_picture(edition.layout.below),
            "links": flow.links(edition),
        }

    def _frame(self) -> dict[str, Any]:
        """Return letterhead, footer, labels and metadata."""
        edition = self._edition
        subtag = edition.text.language.partition("-")[2].lower()
        year, month, day = edition.updated_at.timetuple()[:3]
        return {
            **asdict(letterhead.letterhead(edition)),
            "updated": {"year": year, "month": month, "day": day},
            "accent": office.current().color or colors.DEFAULT,
            "language": letterhead.base_language(edition),
            "region": subtag if len(subtag) == 2 else None,
            "rtl": letterhead.is_right_to_left(edition),
            "incomplete": _(
                "Some characters are missing here because no typeface has them; all are there at "
                "%(address)s"
            )
            % {"address": edition.permalink},
            **self._seal(),
        }

    def _seal(self) -> dict[str, str]:
        """Return name and description of the seal's file, written here; empty without one."""
        seal = office.current().seal
        data = pictures.read_seal(seal)
        if not seal or not data:
            return {"seal": "", "seal_alt": ""}
        (self._folder / "seal.png").write_bytes(data)
        return {"seal": "seal.png", "seal_alt": seal.alt or office.current().name}

    def _blocks(self, found: Sequence[flow.Piece]) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for piece in found:
            made += [self._picture(piece)] if isinstance(piece, Image) else _nodes(piece)
        return made

    def _each_picture(self, images: Iterable[Image]) -> list[dict[str, Any]]:
        return [self._picture(image) for image in images]

    def _picture(self, image: Image) -> dict[str, Any]:
        """Return the picture, its caption and credit; without its file, or past the most, only
        the words."""
        self._pictures += 1
        data = pictures.read(image) if self._pictures <= pictures.MOST else None
        name = f"picture{self._pictures}.jpg" if data else ""
        if data:
            (self._folder / name).write_bytes(data)
        return {
            "kind": "picture",
            "file": name,
            "alt": image.alt,
            "height": pictures.height(image, TEXT_WIDTH),
            "words": pictures.words(image, bool(data)),
        }


def _section(section: ParsedSection, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"heading": section.heading, "after_end": section.after_end, "blocks": found}


def _nodes(source: str) -> Iterator[dict[str, Any]]:
    yield from map(asdict, blocks.read(source))
