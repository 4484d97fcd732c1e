"""Files that came with a form which could not be sent: kept with it, for staff alone.

Whoever sent it is signed in, or their browser has the signed cookie of somebody who was: nobody
else stores anything here.
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

HANDLE = "_handle_of_kept"  # the field of a form that leads to its files
FILES_GONE = "The files that were kept with this form are no longer there: choose them again."

Files = MultiValueDict[str, UploadedFile]


class Store(Protocol):
    """The module that the setting HELD_FILES names."""

    def keep(self, files: Files, by: User, path: str) -> str:
        """Return a handle; "" where the files can not be kept."""

    def take_back(self, handle: str, by: User, path: str) -> Files | None:
        """Return the files of the same person and address; None where they are gone."""


def keep(request: HttpRequest, owner: str | None) -> str:
    """Store the files of the form; returns their handle, "" where there are none or they can not be
    kept. `owner` is the key of the person who sent it, if known."""
    if not request.FILES or owner is None:
        return ""
    person = User.objects.filter(pk=owner, is_active=True, is_staff=True).first()
    return _store().keep(request.FILES, person, request.get_full_path()) if person else ""


def take_back(request: HttpRequest, handle: str, path: str) -> Files:
    """Return the files that the person who is signed in sent to the path before."""
    if not (handle and isinstance(request.user, User)):
        return MultiValueDict()
    files = _store().take_back(handle, request.user, path)
    if files is None:
        messages.warning(request, FILES_GONE)
    return files or MultiValueDict()


def rejoin(request: HttpRequest) -> None:
    """Put the files that were kept with the form back into it."""
    if not request.FILES:
        handle = request.POST.get(HANDLE, "")
        put(request, take_back(request, handle, request.get_full_path()))


def put(request: HttpRequest, files: Files) -> None:
    """Have the request carry the files, as if they had come with it."""
    carried = request.FILES  # reads the request, be there files or not
    for name, chosen in files.lists():
        carried.setlist(name, list(chosen))


def _store() -> Store:
    return cast(Store, import_module(settings.HELD_FILES))
