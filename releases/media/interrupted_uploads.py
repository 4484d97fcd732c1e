"""Files of a form that its sender could not submit, for example after the session expired, kept for
resubmission.

Implements what `pressroom.infra.accounts.interrupted_files` expects.
"""

from __future__ import annotations

import logging

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict

from releases.media import pending_uploads, quotas
from releases.media.intake import MAX_BYTES

logger = logging.getLogger(__name__)

MAX_BYTES_PER_FORM = MAX_BYTES  # of all files together
MAX_FILES_PER_FORM = 100


def keep(files: MultiValueDict[str, UploadedFile], by: User, path: str) -> str:
    """Store the files and return the handle for `take_back`, valid for the same person and path.

    Returns "" if they are too many or too large, or the storage fails.
    """
    pairs = [(field, file) for field, chosen in files.lists() for file in chosen]
    size = sum(file.size or 0 for _, file in pairs)
    if size > MAX_BYTES_PER_FORM or len(pairs) > MAX_FILES_PER_FORM:
        return ""
    try:
        # Unchecked until resubmitted, these files have no URL and are removed after a day.
        quotas.consume(by, size)
        read = [(f"{field}/{file.name or 'unnamed'}", file.read()) for field, file in pairs]
        return pending_uploads.store_raw(read, _owner(by, path))
    except (quotas.QuotaExceededError, OSError) as error:
        logger.warning("Files of an interrupted form could not be stored: %s", error)
        return ""


def take_back(handle: str, by: User, path: str) -> MultiValueDict[str, UploadedFile] | None:
    """Return the files by form field; None if they are gone."""
    files: MultiValueDict[str, UploadedFile] = MultiValueDict()
    try:
        for label, content in pending_uploads.fetch_raw(handle, _owner(by, path)):
            field, _, name = label.partition("/")
            files.appendlist(field, SimpleUploadedFile(name, content))
    except (pending_uploads.UploadExpiredError, OSError) as error:
        logger.warning("Files of an interrupted form could not be restored: %s", error)
        return None
    return files


def _owner(by: User, path: str) -> str:
    return f"person {by.pk}, form {path}"
