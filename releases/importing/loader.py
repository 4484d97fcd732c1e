"""Records -> rows, a batch in each transaction. Nothing lost, nothing invented, and a second run
changes nothing."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from releases.importing.reader import Source
from releases.importing.records import Record, Rejected
from releases.importing.report import Outcome, describe
from releases.models import NumberSeries, Release, Section, Version
from releases.search import changes
from releases.text.slugs import make_slug
from releases.text.warnings import ParseWarning

BATCH = 200
# Ivy Lee's statement on a train wreck, taken for the first press release, is of 1906.
EARLIEST_YEAR = 1900

UNDETERMINED = "und"  # BCP 47's tag for a language that is not known

Status = Release.Status


class Loader:
    """Stores records as drafts; with `approve` the complete ones are public at once."""

    def __init__(self, *, approve: bool = False, at: datetime.datetime | None = None) -> None:
        self.approve = approve
        self.at = at or timezone.now()

    def load(self, records: Iterable[Record | Rejected]) -> Iterator[Outcome]:
        """Store them in the order given; the outcomes come in the same order."""
        remaining = iter(records)
        while batch := list(islice(remaining, BATCH)):
            yield from self._load_batch(batch)

    def _load_batch(self, batch: Sequence[Record | Rejected]) -> list[Outcome]:
        """One transaction; one that the database refuses is halved until the bad record stands
        alone, so that it never costs a neighbour."""
        try:
            with transaction.atomic():
                return self._store(batch)
        except DatabaseError as error:
            if len(batch) == 1:
                return [_rejected(_name(batch[0]), f"The database refuses it: {error}".strip())]
            half = len(batch) // 2
            return self._load_batch(batch[:half]) + self._load_batch(batch[half:])

    def _store(self, batch: Sequence[Record | Rejected]) -> list[Outcome]:
        records = [record for record in batch if isinstance(record, Record)]
        known = _by_hash(records)
        fresh = {record.sha256: record for record in records if record.sha256 not in known}
        created = self._create(list(fresh.values()))
        return [self._outcome(record, known, created) for record in batch]

    def _outcome(
        self,
        record: Record | Rejected,
        known: dict[str, Release],
        created: dict[str, Release],
    ) -> Outcome:
        if isinstance(record, Rejected):
            return _rejected(record.name, record.reason)
        if release := known.get(record.sha256):
            return Outcome(record.source.name, "unchanged", release.number, (), describe(release))
        release = known[record.sha256] = created[record.sha256]
        word = "created" if release.status == Status.APPROVED else "draft"
        warnings = tuple(ParseWarning(**warning) for warning in release.import_warnings)
        return Outcome(record.source.name, word, release.number, warnings, describe(release))

    def _create(self, records: Sequence[Record]) -> dict[str, Release]:
        """Rows for records that the archive does not have: a release by its source's hash."""
        releases = [self._release(record) for record in records]
        _number(releases, self.at)
        if self.approve:
            self._approve(releases)
        Release.objects.bulk_create(releases)
        Section.objects.bulk_create(
            Section(release=release, position=position, **vars(section))
            for release, record in zip(releases, records, strict=True)
            for position, section in enumerate(record.parsed.sections, start=1)
        )
        self._put_on_record([release for release in releases if release.status == Status.APPROVED])
        return {record.sha256: row for record, row in zip(records, releases, strict=True)}

    def _release(self, record: Record) -> Release:
        parsed = record.parsed
        warnings = record.warnings + parsed.warnings + doubts_about_date(parsed.date, self.at)
        return Release(
            title=parsed.title,
            subtitle=parsed.subtitle,
            slug=make_slug(parsed.title),
            date=parsed.date,
            dateline=parsed.dateline,
            contact=parsed.contact,
            body=parsed.body,
            end_mark=parsed.end_mark,
            language=parsed.language or UNDETERMINED,
            **_source_fields(record.source),
            import_warnings=[vars(warning) for warning in warnings],
        )

    def _approve(self, releases: Iterable[Release]) -> None:
        for release in releases:
            if release.number and not release.missing():
                release.status = Status.APPROVED
                release.release_at = release.start_of_day()

    def _put_on_record(self, approved: Sequence[Release]) -> None:
        prefetch_related_objects(approved, "sections", "topics")
        Version.objects.bulk_create(
            release.next_version(Version.Kind.ISSUED, at=release.release_at) for release in approved
        )
        changes.queue([release.pk for release in approved])


def doubts_about_date(
    date: datetime.date | None, at: datetime.datetime
) -> tuple[ParseWarning, ...]:
    """Why a date that was read can not be trusted at the moment `at`: it is yet to come, or it is
    older than any press release."""
    if date and date > timezone.localdate(at):
        sentence = f"The date {date} is in the future: kept a draft."
        return (ParseWarning("date", "future-date", sentence),)
    if date and date.year < EARLIEST_YEAR:
        return (ParseWarning("date", "absurd-date", f"The date {date} is absurd: kept a draft."),)
    return ()


def _number(releases: Iterable[Release], at: datetime.datetime) -> None:
    """Give out numbers in order, a block for each year; none where the date is in doubt."""
    by_year = defaultdict(list)
    for release in releases:
        if release.date and not doubts_about_date(release.date, at):
            by_year[release.date.year].append(release)
    for year, dated in sorted(by_year.items()):
        for release, number in zip(dated, NumberSeries.take(year, len(dated)), strict=True):
            release.number = number


def _by_hash(records: Iterable[Record]) -> dict[str, Release]:
    hashes = [record.sha256 for record in records]
    found = Release.objects.filter(source_sha256__in=hashes).defer("source_text")
    return {release.source_sha256 or "": release for release in found}


def _source_fields(source: Source) -> dict[str, Any]:
    """The source verbatim: its text, and its bytes where the text alone would not give them back.

    PostgreSQL's text holds no NUL; a picture of it stands in its place.
    """
    text = source.text.replace("\0", "\N{SYMBOL FOR NULL}")
    return {
        "source_name": Path(source.name).name,
        "source_text": text,
        "source_encoding": source.encoding,
        "source_bytes": None if _gives_back(text, source) else source.data,
        "source_sha256": source.sha256,
    }


def _gives_back(text: str, source: Source) -> bool:
    try:
        return text.encode(source.encoding) == source.data
    except UnicodeEncodeError:
        return False


def _name(record: Record | Rejected) -> str:
    return record.source.name if isinstance(record, Record) else record.name


def _rejected(source: str, reason: str) -> Outcome:
    return Outcome(source, "rejected", None, (ParseWarning("source_text", "unreadable", reason),))
