"""How much of an upload is taken in: what is too large never fills memory or disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from releases.media.intake import MAX_BYTES


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Keeps at most MAX_BYTES of a file.

    A larger one is let go of as soon as it passes that; only its name and size come to the form,
    which says so beside the field. The rest of the form is read as usual: nothing else that was
    typed is lost.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write the chunk, unless there was too much."""
        self.received += len(raw_data)
        if self.received <= MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
        else:
            self.file.close()  # which also deletes it

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file; in place of one that is too large its name and size, without its bytes."""
        if self.received <= MAX_BYTES:
            return super().file_complete(file_size)
        return UploadedFile(BytesIO(), self.file_name, size=self.received)
