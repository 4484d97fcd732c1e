"""Pictures of imported releases: found next to their page, checked and cleaned like uploads."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from releases.importing.converters.pictures import MAX_BYTES, names_of
from releases.importing.decoding import InputFile
from releases.importing.extracts import Picture
from releases.media import intake
from releases.media.sandbox import UnusableFileError
from releases.parsing.warnings import ParseWarning
from releases.publishing.imports import NewPicture

NOT_IMPORTED = "The picture “{}” was not imported: {} Add it to the release by hand."


def load(
    file: InputFile, pictures: Sequence[Picture]
) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    """Return the pictures with their bytes, those of a page from the files next to it, and the
    names of those that are not there."""
    found, missing = [], []
    for picture in pictures:
        data = picture.data or _read_file(file, picture.address)
        if data:
            found.append(replace(picture, data=data))
        else:
            missing += names_of(picture)
    return tuple(found), tuple(missing)


def _read_file(file: InputFile, address: str) -> str:
    """Return the bytes in base64 of a picture of a saved or mirrored page; "" if it is not
    there."""
    place = _place(file, address)
    if place is None or not place.is_file() or place.stat().st_size > MAX_BYTES:
        return ""
    return base64.b64encode(place.read_bytes()).decode()


def _place(file: InputFile, address: str) -> Path | None:
    """Return the path of a picture below the folder of its page or of its site."""
    if not isinstance(file.content, Path):
        return None
    page = file.content.resolve()
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path = unquote(parts.path)
    if "\0" in path or not path:
        return None
    # wget names the folder of a site for its host.
    site = next((folder for folder in page.parents if folder.name == parts.hostname), None)
    if parts.hostname:
        return _below(site, f".{path}") if site else None
    if path.startswith("/"):
        hosts = [folder for folder in page.parents if "." in folder.name]
        return next(filter(None, (_below(folder, f".{path}") for folder in hosts)), None)
    return _below(_site_of(page), path, page.parent)


def _site_of(page: Path) -> Path:
    """Return the folder that a page's pictures are in: its site's, else its own."""
    return next((folder for folder in page.parents if "." in folder.name), page.parent)


def _below(folder: Path, path: str, start: Path | None = None) -> Path | None:
    """Return the file, unless it is outside the folder, links followed."""
    try:
        found = ((start or folder) / path).resolve()
    except (OSError, ValueError):
        return None
    return found if found.is_relative_to(folder) and found.is_file() else None


def prepare(
    pictures: Sequence[Picture],
) -> tuple[tuple[NewPicture, ...], tuple[ParseWarning, ...]]:
    """Return the pictures as images to attach, and a warning for each that is none."""
    ready, warnings = [], []
    for picture in pictures:
        upload = SimpleUploadedFile("picture", base64.b64decode(picture.data))
        try:
            prepared = intake.prepare_image(upload)
        except UnusableFileError as refusal:
            sentence = NOT_IMPORTED.format(picture.alt[:200], refusal)
            warnings.append(ParseWarning("source_text", "left_out", sentence))
        else:
            ready.append(NewPicture(picture.alt, picture.caption, prepared))
    return tuple(ready), tuple(warnings)
