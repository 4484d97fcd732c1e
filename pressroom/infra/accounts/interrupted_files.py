"""Files of interrupted forms, kept for staff until they resubmit the form.

Only users who are signed in, or whose browser has the signed owner cookie, can store files.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

HANDLE = "_files_handle"  # form field with the handle of its files
FILES_GONE = "The files of this form are no longer available. Choose them again."

Files = MultiValueDict[str, UploadedFile]


class InterruptedFilesStore(Protocol):
    """Interface of the module in the setting INTERRUPTED_FILES_STORE."""

    def keep(self, files: Files, by: User, path: str) -> str:
        """Return a handle; "" if the files cannot be kept."""

    def take_back(self, handle: str, by: User, path: str) -> Files | None:
        """Return the files for the same user and path; None if they are gone."""


def keep(request: HttpRequest, owner: str | None) -> str:
    """Store the request's files; return their handle, "" if there are none or they cannot be kept.

    `owner` is the sender's primary key, if known.
    """
    if not request.FILES or owner is None:
        return ""
    person = User.objects.filter(pk=owner, is_active=True, is_staff=True).first()
    return _store().keep(request.FILES, person, request.get_full_path()) if person else ""


def take_back(request: HttpRequest, handle: str, path: str) -> Files:
    """Return the files that the signed-in user sent to the path earlier."""
    if not (handle and isinstance(request.user, User)):
        return MultiValueDict()
    files = _store().take_back(handle, request.user, path)
    if files is None:
        messages.warning(request, FILES_GONE)
    return files or MultiValueDict()


def rejoin(request: HttpRequest) -> None:
    """Add the files kept for a resubmitted form to the request."""
    if not request.FILES:
        handle = request.POST.get(HANDLE, "")
        put(request, take_back(request, handle, request.get_full_path()))


def put(request: HttpRequest, files: Files) -> None:
    """Add the files to the request as if they had been uploaded with it."""
    uploaded = request.FILES  # parses the request even if `files` is empty
    for name, chosen in files.lists():
        uploaded.setlist(name, list(chosen))


def _store() -> InterruptedFilesStore:
    return cast(InterruptedFilesStore, import_module(settings.INTERRUPTED_FILES_STORE))
