"""Uploads kept between two posts of a form: a browser cannot send a chosen file again by itself.

A prepared upload is stored under a key of its own that no row names: no address leads to it, and
sweeping removes it once it is older than a day. What leads back to it is a signed handle, for the
person and the form that it was made for, until it expires.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, SignatureExpired, dumps, loads

from releases.media.intake import PreparedUpload, new_folder, prepared_from_folder
from releases.models.files import new_key

LIFETIME = datetime.timedelta(hours=12)  # shorter than the age at which sweeping removes it
METADATA_FILE = "prepared.json"
EXPIRED = (
    f"The file was kept for {LIFETIME.seconds // 3600} hours, and for this form alone, and is no "
    "longer there: choose it again."
)


class UploadExpiredError(Exception):
    """A handle that leads nowhere (any more); its text is a sentence for the person who sent it."""


def store(prepared: PreparedUpload, owner: str) -> str:
    """Store the upload; returns the handle that `fetch` takes from the same owner.

    `owner` names the person and the form, as "person 5, images of release 12". Raises OSError
    where the storage can not be reached.
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


def fetch(handle: str, owner: str) -> PreparedUpload:
    """The upload that was kept. It stays stored, so that a form may be sent twice.

    Raises GoneError, and OSError where the storage can not be reached.
    """
    try:
        key = loads(handle, salt=_salt(owner), max_age=LIFETIME)
        with default_storage.open(f"{key}/{METADATA_FILE}") as file:
            metadata = json.load(file)
        return _load_prepared(key, metadata)
    except (BadSignature, SignatureExpired, FileNotFoundError):
        raise UploadExpiredError(EXPIRED) from None


def store_raw(files: Sequence[tuple[str, bytes]], owner: str) -> str:
    """Store files that nobody has looked at, by name and bytes; returns the handle that
    `fetch_raw` takes from the same owner. Raises OSError."""
    key = new_key()
    for number, (_, data) in enumerate(files):
        default_storage.save(f"{key}/{number}", ContentFile(data))
    names = json.dumps([name for name, _ in files])
    default_storage.save(f"{key}/{METADATA_FILE}", ContentFile(names.encode()))
    return dumps(key, salt=_salt(owner))


def fetch_raw(handle: str, owner: str) -> list[tuple[str, bytes]]:
    """The files that were kept; they stay stored. Raises GoneError and OSError."""
    try:
        key = loads(handle, salt=_salt(owner), max_age=LIFETIME)
        return [
            (name, _read(f"{key}/{n}"))
            for n, name in enumerate(json.loads(_read(f"{key}/{METADATA_FILE}")))
        ]
    except (BadSignature, SignatureExpired, FileNotFoundError):
        raise UploadExpiredError(EXPIRED) from None


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
    return f"releases.media.pending_uploads:{owner}"
