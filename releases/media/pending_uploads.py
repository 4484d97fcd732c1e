"""Uploads kept between submissions of a form, since browsers do not resend a chosen file.

Each is stored under a new key that no row refers to, so it has no URL and is removed as an orphan
after a day. A signed, expiring handle leads back to it, for one person and one form.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, SignatureExpired, dumps, loads

from releases.media.intake import PreparedUpload, new_folder, prepared_from_folder
from releases.models import Image
from releases.models.files import ORIGINAL, new_key

LIFETIME = datetime.timedelta(hours=12)  # less than the age at which orphans are removed
METADATA_FILE = "prepared.json"
EXPIRED = (
    f"Files are kept for {LIFETIME.seconds // 3600} hours and only for the same form. "
    "This one is no longer there: choose it again."
)


class UploadExpiredError(Exception):
    """Refusal of an invalid or expired handle; the message is for the person who sent it."""


def store(prepared: PreparedUpload, owner: str) -> str:
    """Store the upload and return the handle for `fetch`, by the same owner.

    `owner` names person and form, as “person 5, images of release 12”. Raises OSError if the
    storage fails.
    """
    key = new_key()
    metadata = {"name": prepared.name, "byte_size": prepared.byte_size, "sha256": prepared.sha256}
    names = sorted(path.name for path in prepared.folder.iterdir())
    for name in names:
        with prepared.path(name).open("rb") as file:
            default_storage.save(f"{key}/{name}", File(file))
    content = json.dumps({**metadata, "found": prepared.found, "files": names})
    default_storage.save(f"{key}/{METADATA_FILE}", ContentFile(content.encode()))
    return dumps(key, salt=_salt(owner))


def store_copy(image: Image, owner: str) -> str:
    """Store copies of an image's files and return the handle for `fetch`, by the same owner. Raises
    OSError."""
    # Copies, because each release's files are kept and deleted with its own rows and versions.
    key, stored = new_key(), image.stored()
    files = {ORIGINAL: image.original.name or "", **{file.name: file.file for file in stored}}
    for name, source in files.items():
        with default_storage.open(source) as file:
            default_storage.save(f"{key}/{name}", File(file))
    renditions = [{**asdict(file), "file": ""} for file in stored]
    sizes = {"width": image.width, "height": image.height}
    found = {"media_type": image.media_type, **sizes, "renditions": renditions}
    whole = {"name": image.original_name, "byte_size": image.byte_size, "sha256": image.sha256}
    content = json.dumps({**whole, "found": found, "files": sorted(files)})
    default_storage.save(f"{key}/{METADATA_FILE}", ContentFile(content.encode()))
    return dumps(key, salt=_salt(owner))


def fetch(handle: str, owner: str) -> PreparedUpload:
    """Return a stored upload.

    Raises UploadExpiredError, and OSError if the storage fails.
    """
    # The file stays: a form may be submitted twice.
    try:
        key = loads(handle, salt=_salt(owner), max_age=LIFETIME)
        with default_storage.open(f"{key}/{METADATA_FILE}") as file:
            metadata = json.load(file)
        return _load_prepared(key, metadata)
    except (BadSignature, SignatureExpired, FileNotFoundError):
        raise UploadExpiredError(EXPIRED) from None


def read_thumbnail(handle: str, owner: str) -> bytes:
    """Return the smallest JPEG of a stored picture.

    Raises UploadExpiredError, and OSError if the storage fails.
    """
    try:
        key = loads(handle, salt=_salt(owner), max_age=LIFETIME)
        found = json.loads(_read(f"{key}/{METADATA_FILE}"))["found"]
        _, *smaller = found["renditions"]
        [name, *_] = [row["name"] for row in smaller if row["media_type"] == "image/jpeg"]
        return _read(f"{key}/{name}")
    except (BadSignature, SignatureExpired, FileNotFoundError):
        raise UploadExpiredError(EXPIRED) from None


def store_raw(files: Sequence[tuple[str, bytes]], owner: str) -> str:
    """Store unchecked files, by name and content, and return the handle for `fetch_raw`, by the
    same owner. Raises OSError."""
    key = new_key()
    for number, (_, data) in enumerate(files):
        default_storage.save(f"{key}/{number}", ContentFile(data))
    names = json.dumps([name for name, _ in files])
    default_storage.save(f"{key}/{METADATA_FILE}", ContentFile(names.encode()))
    return dumps(key, salt=_salt(owner))


def fetch_raw(handle: str, owner: str) -> list[tuple[str, bytes]]:
    """Return files stored by `store_raw`. Raises UploadExpiredError and OSError."""
    try:
        key = loads(handle, salt=_salt(owner), max_age=LIFETIME)
        return [
            (name, _read(f"{key}/{n}"))
            for n, name in enumerate(json.loads(_read(f"{key}/{METADATA_FILE}")))
        ]
    except (BadSignature, SignatureExpired, FileNotFoundError):
        raise UploadExpiredError(EXPIRED) from None


def delete_raw(handle: str, owner: str) -> None:
    """Delete files stored by `store_raw`; orphans that the storage keeps are removed later."""
    try:
        key = loads(handle, salt=_salt(owner))
        for name in default_storage.listdir(key)[1]:
            default_storage.delete(f"{key}/{name}")
        default_storage.delete(key)
    except (BadSignature, OSError):
        return


def _read(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()


def _load_prepared(key: str, metadata: dict[str, Any]) -> PreparedUpload:
    folder = new_folder()
    try:
        for name in metadata.pop("files"):
            _copy(f"{key}/{name}", folder / name)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return prepared_from_folder(folder, **metadata)


def _copy(name: str, target: Path) -> None:
    with default_storage.open(name) as source, target.open("wb") as file:
        for chunk in source.chunks():
            file.write(chunk)


def _salt(owner: str) -> str:
    return f"releases.files.pending:{owner}"  # data: handles outlive an upgrade
