"""Upload handler that never lets a large upload fill memory or disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from releases.media.intake import MAX_BYTES


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Store a file of at most MAX_BYTES.

    A larger file is deleted when it exceeds the limit. The form gets its name and size, to show an
    error next to the field, and keeps everything else that was typed.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received <= MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
        else:
            self.file.close()  # which also deletes it

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file; for one that is too large, an empty file with its name and size."""
        if self.received <= MAX_BYTES:
            return super().file_complete(file_size)
        return UploadedFile(BytesIO(), self.file_name, size=self.received)
