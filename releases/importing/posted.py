"""What a browser sent -> records, within bounds; a record that a person mended -> a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from releases.importing import duplicates, formats
from releases.importing.decoding import UNPACKING, File, Unreadable
from releases.importing.loader import Loader, doubts_about_date
from releases.importing.records import Found, Record, Rejected
from releases.importing.report import Outcome
from releases.models import Release
from releases.parsing.warnings import ParseWarning

MOST_FILES = 100
MOST_RELEASES = 2_000
LARGEST_UPLOAD = 20_000_000  # bytes of all files together, as sent and unpacked
# What a form carries to and fro: Django reads 2.5 MB of fields and 1,000 of them.
LARGEST_IN_FORM = 500_000  # bytes of the source
MOST_SECTIONS_IN_FORM = 100

USE_THE_COMMAND = "import it with manage.py import_releases, which has no bound"


class TooMuch(Exception):
    """More than one upload may hold; the message says what and the remedy."""


def read(files: Sequence[File]) -> list[Record | Rejected]:
    """The records of these files, in order; none is stored. Raises TooMuch."""
    _bound_size(files)
    found = (each for file in files for each in formats.read_file(file))
    records = [_read(each) for each in islice(found, MOST_RELEASES + 1)]
    if len(records) > MOST_RELEASES:
        raise TooMuch(f"It holds more than {MOST_RELEASES:,} releases: {USE_THE_COMMAND}.")
    return records


def is_one_text(files: Sequence[File]) -> bool:
    """Whether this is one plain-text file, which holds one release."""
    return len(files) == 1 and formats.format_of(files[0].name) == "text"


def fits_in_form(record: Record) -> bool:
    """Whether a person can mend it in a browser before it is stored."""
    sections = len(record.parsed.sections)
    return len(record.source.data) <= LARGEST_IN_FORM and sections <= MOST_SECTIONS_IN_FORM


def known(record: Record) -> Release | None:
    """The release that this very source was imported as, if it was."""
    return Release.objects.filter(source_sha256=record.sha256).first()


def doubts(record: Record) -> list[ParseWarning]:
    """All that the import of the record would warn of."""
    dated = doubts_about_date(record.parsed.date, timezone.now())
    [shared] = duplicates.doubts([record])
    return [*record.warnings, *record.parsed.warnings, *dated, *shared]


def store(records: Iterable[Record | Rejected], by: User, origin: str = "") -> list[Outcome]:
    """Store them as drafts of that person, in order; one that came before updates the release it
    became, where they may."""
    return list(Loader(by=by, origin=origin).load(_found(record) for record in records))


@transaction.atomic
def store_mended(
    record: Record, settled: Collection[ParseWarning], by: User, origin: str = ""
) -> Outcome:
    """Store the record as a draft of that person, without the doubts that they have settled."""
    [outcome] = store([record], by, origin)
    if outcome.outcome == "draft" and (draft := outcome.release):
        draft.settle(settled)
        draft.edited_by = by
        draft.save(update_fields=["import_warnings", "edited_by"])
    return outcome


def _bound_size(files: Sequence[File]) -> None:
    """Counts unpacked bytes and stops at the bound, whatever a small file would unpack to."""
    size = 0
    for file in files:
        for chunk in _chunks(file):
            size += len(chunk)
            if size > LARGEST_UPLOAD:
                sentence = f"It is more than {LARGEST_UPLOAD // 1_000_000} MB, unpacked"
                raise TooMuch(f"{sentence}: {USE_THE_COMMAND}.")


def _chunks(file: File) -> Iterator[bytes]:
    """Its bytes as far as they can be unpacked; its reader will say what is wrong with the rest."""
    try:
        with file.open() as stream:
            yield from iter(lambda: stream.read(1 << 16), b"")
    except (Unreadable, *UNPACKING):
        return


def _read(found: Found | Rejected) -> Record | Rejected:
    """A page that a site showed in place of the release is rejected: nobody wants a draft of it."""
    if isinstance(found, Rejected):
        return found
    record = found.read()
    for warning in record.parsed.warnings:
        if warning.code == "error_page":
            remedy = "If it is a release after all, add it by hand."
            return Rejected(record.source.name, f"{warning.message} {remedy}")
    return record


def _found(record: Record | Rejected) -> Found | Rejected:
    """As the loader takes it: it has been read already."""
    if isinstance(record, Rejected):
        return record
    return Found(record.source, lambda: record, record.key)
