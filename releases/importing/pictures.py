"""Pictures of imported releases: found next to their page, checked and cleaned like uploads."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from releases.importing.decoding import InputFile
from releases.importing.extracts import MAX_BYTES, MAX_WHOLE, Picture, names_of
from releases.media import intake
from releases.media.sandbox import UnusableFileError
from releases.parsing.warnings import ParseWarning
from releases.publishing.imports import NewPicture

NOT_IMPORTED = "The picture “{}” was not imported: {} Add it to the release by hand."
_MAX_ENCODED = MAX_WHOLE * 4 // 3  # characters of base64


def load(
    file: InputFile, pictures: Sequence[Picture], url: str = ""
) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    """Return the pictures with their bytes, those of a page or feed from the files next to it, and
    the names of those that are not there. `url` is the address of what shows them.

    Nothing is fetched from another computer.
    """
    found, missing, size = [], [], 0
    for picture in pictures:
        data = picture.data or _read_file(file, picture.address, url)
        size += len(data)
        if data and size <= _MAX_ENCODED:
            found.append(replace(picture, data=data))
        else:
            missing += names_of(picture)
    return tuple(found), tuple(missing)


def _read_file(file: InputFile, address: str, url: str) -> str:
    """Return the bytes in base64 of a picture of a saved or mirrored page; "" if it is not
    there."""
    page = file.content.resolve() if isinstance(file.content, Path) else None
    read = _read_on_disk if page else partial(_read_in_archive, file)
    for folder, place in _places(page or PurePosixPath("/", file.path), address, url):
        if data := read(folder, place):
            return data
    return ""


def _places(page: PurePath, address: str, url: str) -> Iterator[tuple[PurePath, PurePath]]:
    """Yield where a picture of a page can be, after the folder that has to contain it: its site's,
    else its own."""
    try:
        parts, own = urlsplit(address), urlsplit(url).hostname
    except ValueError:
        return
    path = unquote(parts.path)
    if "\0" in path or not path:
        return
    # wget names the folder of a site for its host.
    sites = [folder for folder in page.parents if "." in folder.name]
    if parts.hostname:
        yield from ((site, site / f".{path}") for site in sites if site.name == parts.hostname)
    elif path.startswith("/"):
        yield from ((site, site / f".{path}") for site in sites)
    else:
        yield (sites[0] if sites else page.parent), page.parent / path
    if path.startswith("/") and (parts.hostname or own) == own:
        # A site's folder of uploads next to its feed or export.
        yield page.parent, page.parent / f".{path}"


def _read_on_disk(folder: PurePath, place: PurePath) -> str:
    """Return a file in base64, unless it is outside the folder, links followed."""
    try:
        found = Path(place).resolve()
    except (OSError, ValueError):
        return ""
    if not found.is_relative_to(folder) or not found.is_file() or found.stat().st_size > MAX_BYTES:
        return ""
    return base64.b64encode(found.read_bytes()).decode()


def _read_in_archive(file: InputFile, folder: PurePath, place: PurePath) -> str:
    """Return another file of the archive in base64, unless it is outside the folder."""
    found = PurePosixPath(posixpath.normpath(place))
    if file.others is None or not found.is_relative_to(folder):
        return ""
    return file.others.encoded(str(found).lstrip("/"), MAX_BYTES)


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
