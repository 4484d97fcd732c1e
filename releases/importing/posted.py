"""Imports from the browser: uploaded files to records, within limits, and edited ones to drafts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from releases.importing import duplicates, formats
from releases.importing.decoding import UNPACK_ERRORS, InputFile, UnreadableFileError
from releases.importing.format_detection import detect_format
from releases.importing.formats import archive
from releases.importing.loader import Loader, date_warnings
from releases.importing.records import Record, RejectedRecord, try_parse
from releases.importing.report import Outcome
from releases.importing.tables import DEFAULT, ReadOptions
from releases.models import Release
from releases.parsing.warnings import ParseWarning

MAX_FILES = 100
MAX_RELEASES = 2_000
MAX_UPLOAD_BYTES = 20_000_000  # bytes of all files together, decompressed
# Django accepts 2.5 MB of form fields and 1,000 of them.
MAX_FORM_BYTES = 500_000  # bytes of the source, sent in base64
MAX_FORM_SECTIONS = 100

USE_COMMAND_HINT = "import it with manage.py import_releases, which has no limit"


class UploadTooLargeError(Exception):
    """Refusal of an upload over a limit; the message names it and the remedy."""


def read(files: Sequence[InputFile]) -> list[Record | RejectedRecord]:
    """Parse the records of the files in order. Raises UploadTooLargeError."""
    check_size(files)
    return list(read_each(files))


def read_each(
    files: Sequence[InputFile], options: ReadOptions = DEFAULT
) -> Iterator[Record | RejectedRecord]:
    """Yield the records of the files. Raises UploadTooLargeError after MAX_RELEASES."""
    for number, item in enumerate(formats.read_all(files, options=options)):
        if number == MAX_RELEASES:
            raise UploadTooLargeError(
                f"It has more than {MAX_RELEASES:,} releases: {USE_COMMAND_HINT}."
            )
        yield _reject_error_page(try_parse(item))


def is_one_text(files: Sequence[InputFile]) -> bool:
    """Return whether the upload is one plain-text file with one release."""
    if len(files) != 1 or detect_format(files[0]) != "text":
        return False
    return len(list(islice(formats.read_all(files), 2))) == 1


def fits_in_form(record: Record) -> bool:
    """Return whether the record is small enough to be edited in a form before it is stored."""
    sections = len(record.parsed.sections)
    return len(record.source.data) <= MAX_FORM_BYTES and sections <= MAX_FORM_SECTIONS


def find_imported(record: Record) -> Release | None:
    """Return the release that was imported from the same source."""
    return Release.objects.filter(source_sha256=record.sha256).first()


def warnings_for(record: Record) -> list[ParseWarning]:
    """Return all warnings that importing the record would raise."""
    dated = date_warnings(record.parsed.date, timezone.localdate())
    [shared] = duplicates.duplicate_warnings([record])
    return [*record.parsed.warnings, *dated, *shared]


def store(records: Iterable[Record | RejectedRecord], by: User, origin: str = "") -> list[Outcome]:
    """Store the records in order as drafts of the person. A record imported before updates its
    release, if the user has the right."""
    return list(Loader(by=by, origin=origin).load(records))


@transaction.atomic
def store_edited(
    record: Record, resolved: Collection[ParseWarning], by: User, origin: str = ""
) -> Outcome:
    """Store the record as a draft of the person, without the warnings they resolved."""
    [outcome] = store([record], by, origin)
    if outcome.outcome == "draft" and (draft := outcome.release):
        draft.resolve_warnings(resolved)
        draft.edited_by = by
        draft.save(update_fields=["import_warnings", "edited_by"])
    return outcome


def check_size(files: Sequence[InputFile]) -> None:
    """Raise UploadTooLargeError if the files exceed MAX_UPLOAD_BYTES, decompressed."""
    # Counts decompressed bytes: a small file may decompress to any size.
    size = 0
    for file in files:
        for unpacked in _sizes(file):
            size += unpacked
            if size > MAX_UPLOAD_BYTES:
                sentence = f"It is more than {MAX_UPLOAD_BYTES // 1_000_000} MB, decompressed"
                raise UploadTooLargeError(f"{sentence}: {USE_COMMAND_HINT}.")


def _sizes(file: InputFile) -> Iterator[int]:
    yield from map(len, _chunks(file))
    yield from _sizes_in_archive(file)


def _sizes_in_archive(file: InputFile, depth: int = 0) -> Iterator[int]:
    """Yield the sizes of the files in an archive, and of those in archives in it."""
    kind = detect_format(file)
    if kind not in archive.KINDS or depth >= archive.MAX_DEPTH:
        return
    try:
        if kind != "tar":  # stated, so that a bomb is refused before it is unpacked
            yield archive.unpacked_size(file)
        for member in archive.members(file, kind):
            if isinstance(member, InputFile):
                yield from map(len, _chunks(member) if member.is_gzipped else ())
                yield from _sizes_in_archive(member, depth + 1)
    except UnreadableFileError:
        return  # its reader reports it


def _chunks(file: InputFile) -> Iterator[bytes]:
    """Yield the decompressed bytes up to an error, which the format's reader reports later."""
    try:
        with file.open() as stream:
            yield from iter(lambda: stream.read(1 << 16), b"")
    except (UnreadableFileError, *UNPACK_ERRORS):
        return


def _reject_error_page(item: Record | RejectedRecord) -> Record | RejectedRecord:
    """Reject an error page that a site returned instead of the release."""
    if isinstance(item, Record):
        for warning in item.parsed.warnings:
            if warning.code == "error_page":
                remedy = "If it is a release after all, enter it manually."
                return RejectedRecord(item.name, f"{warning.message} {remedy}")
    return item
