"""How much of an upload is taken in: what is too large never reaches memory or disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from releases.files.intake import MAX_BYTES


class LimitUploadHandler(FileUploadHandler):
    """Lets at most MAX_BYTES of each file through to the handlers after it.

    Of a larger one only the name and the size come to the form, which says so beside its field;
    the rest of the form is read as usual, and nothing else that was typed is lost.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The chunk for the next handler, or None once there was too much."""
        self.received += len(raw_data)
        return None if self.received > MAX_BYTES else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """In place of a file that is too large its name and size, without its bytes."""
        if self.received <= MAX_BYTES:
            return None
        return UploadedFile(BytesIO(), self.file_name, size=self.received)
