"""Store records as releases, one transaction per batch. Importing a source twice changes
nothing."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, reset_queries, transaction
from django.db.models import Q
from django.utils import timezone

from releases.content.slugs import make_slug
from releases.importing import duplicates, pictures
from releases.importing.decoding import Source
from releases.importing.prefetch import BATCH
from releases.importing.records import Record, RejectedRecord, try_parse
from releases.importing.release_times import propose_moment
from releases.importing.report import Outcome
from releases.importing.updates import build_change, build_sections, draft_reasons
from releases.models import Release
from releases.models.lengths import VIOLATION_MESSAGES
from releases.parsing.warnings import ParseWarning
from releases.publishing import ActionContext, ActionRefusedError
from releases.publishing.import_topics import present_topics
from releases.publishing.imports import (
    NewRelease,
    TooLargeError,
    change_imported,
    create_imported,
)

# Ivy Lee's statement on a train wreck, called the first press release, dates from 1906.
EARLIEST_YEAR = 1900

UNDETERMINED_LANGUAGE = "und"  # BCP 47: undetermined

NOT_OVERWRITTEN = ParseWarning(
    "source_text",
    "edited_here",
    "Its source has changed, but the release was edited or "
    "withdrawn here. Nothing was overwritten.",
)
Status = Release.Status


@contextmanager
def dry_run() -> Iterator[None]:
    """Run the block in a transaction that is always rolled back."""
    # Concurrent publishing waits for its end if both need a number of the same year.
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Loader:
    """Stores records as drafts; with `approve`, publishes the complete ones at once.

    It has the rights of the person `by`, or the system's (None) when a command runs it; only the
    system may approve. Audit entries name the person and the `origin`. Without `is_numbering`,
    drafts get their number when they are approved. A rehearsal stores no pictures, whose files a
    rolled back transaction would leave behind.
    """

    def __init__(
        self,
        *,
        approve: bool = False,
        at: datetime.datetime | None = None,
        by: User | None = None,
        origin: str = "",
        is_numbering: bool = True,
        is_rehearsal: bool = False,
    ) -> None:
        self.approve = approve
        self.at = at or timezone.now()
        self.today = timezone.localdate(self.at)
        self.by, self.origin = by, origin
        self.is_numbering, self.is_rehearsal = is_numbering, is_rehearsal

    def load(self, records: Iterable[Record | RejectedRecord]) -> Iterator[Outcome]:
        """Store the records in order and yield their outcomes in the same order."""
        remaining = iter(records)
        while batch := list(islice(remaining, BATCH)):
            yield from self._load_batch(batch)
            reset_queries()  # with DEBUG, Django keeps the text of the last 9,000

    def _load_batch(self, batch: Sequence[Record | RejectedRecord]) -> list[Outcome]:
        """Store a batch in one transaction, halving it on an error until the bad record is
        alone."""
        try:
            try:
                return self._store_in_transaction(batch)
            except IntegrityError:
                # A concurrent import stored some of them: look them up again.
                return self._store_in_transaction(batch)
        except (DatabaseError, TooLargeError) as error:
            if len(batch) == 1:
                return [_rejected_outcome(batch[0].name, _explain_error(error))]
            half = len(batch) // 2
            return self._load_batch(batch[:half]) + self._load_batch(batch[half:])

    def _store_in_transaction(self, batch: Sequence[Record | RejectedRecord]) -> list[Outcome]:
        with transaction.atomic():
            return self._store(batch)

    def _store(self, batch: Sequence[Record | RejectedRecord]) -> list[Outcome]:
        found = [item for item in batch if isinstance(item, Record)]
        by_hash, by_key = _find_existing(found)
        batch = [try_parse(item) if _is_new(item, by_hash) else item for item in batch]
        found = [item for item in batch if isinstance(item, Record)]
        fresh: dict[str, Record] = {}
        # Of several records with one key, the first creates the release and the others update it.
        for item in found:
            if item.sha256 not in by_hash and item.key not in by_key:
                fresh.setdefault(item.key or item.sha256, item)
        created = self._create(list(fresh.values()))
        outcomes = [self._outcome(item, by_hash, by_key, created) for item in batch]
        return [
            replace(outcome, unread=item.unread) if isinstance(item, Record) else outcome
            for item, outcome in zip(batch, outcomes, strict=True)
        ]

    def _outcome(
        self,
        item: Record | RejectedRecord,
        by_hash: dict[str, Release],
        by_key: dict[str, Release],
        created: dict[str, Release],
    ) -> Outcome:
        if isinstance(item, RejectedRecord):
            return _rejected_outcome(item.name, item.reason)
        name, release = item.name, by_hash.get(item.sha256)
        if release:
            return Outcome(name, "unchanged", release)
        if release := created.get(item.sha256):
            word = "created" if release.status == Status.APPROVED else "draft"
        else:
            release = by_key[item.key or ""]
            if _is_edited_here(release):
                return Outcome(name, "unchanged", release, (NOT_OVERWRITTEN,))
            return self._update(item, release, by_hash, by_key)
        by_hash[item.sha256] = release
        if item.key:
            by_key[item.key] = release
        return Outcome(name, word, release, tuple(release.unresolved_warnings()))

    def _update(
        self,
        record: Record,
        release: Release,
        by_hash: dict[str, Release],
        by_key: dict[str, Release],
    ) -> Outcome:
        """Update the release from its new source, if the user has the right."""
        fresh = self._build_release(record)
        change = build_change(release, record, fresh)
        try:
            row, is_changed = change_imported(release, change, **self._action_context())
        except ActionRefusedError as refused:
            return _refused_outcome(record.name, release, refused)
        if not is_changed:
            return Outcome(record.name, "unchanged", row)
        # A later record of the same batch may repeat this one.
        by_hash[record.sha256] = by_key[record.key or ""] = row
        return Outcome(record.name, "updated", row, tuple(row.unresolved_warnings()))

    def _create(self, records: Sequence[Record]) -> dict[str, Release]:
        """Create releases for new records; return them by source hash."""
        found = duplicates.duplicate_warnings(records)
        tagged = present_topics({name for record in records for name in record.parsed.tags})
        new = [
            self._new_release(record, extra, tagged)
            for record, extra in zip(records, found, strict=True)
        ]
        create_imported(new, self.approve, **self._action_context())
        pairs = zip(records, new, strict=True)
        return {record.sha256: each.release for record, each in pairs}

    def _action_context(self) -> ActionContext:
        return {"by": self.by, "at": self.at, "origin": self.origin}

    def _new_release(
        self, record: Record, extra: tuple[ParseWarning, ...], tagged: Collection[str]
    ) -> NewRelease:
        ready, refused = pictures.prepare(() if self.is_rehearsal else record.pictures)
        release = self._build_release(record, (*extra, *refused))
        return NewRelease(
            release,
            sections=build_sections(record.parsed.sections),
            topics=(*record.parsed.topics, *filter(tagged.__contains__, record.parsed.tags)),
            url=record.parsed.url,
            origin=record.name,
            pictures=ready,
            is_dated=self.is_numbering
            and not date_warnings(release.date, self.today)
            and not _is_embargoed(release),
            is_certain=not draft_reasons(release),
        )

    def _build_release(self, record: Record, extra: tuple[ParseWarning, ...] = ()) -> Release:
        """Build the unsaved release that the record describes."""
        parsed = record.parsed
        dated = date_warnings(parsed.date, self.today)
        proposal = propose_moment(parsed, self.at)
        warnings = parsed.warnings + dated + proposal.warnings + extra
        return Release(
            title=parsed.title,
            subtitle=parsed.subtitle,
            slug=make_slug(parsed.title),
            date=parsed.date,
            proposed_release_at=proposal.at,
            dateline=parsed.dateline,
            contact=parsed.contact,
            body=parsed.body,
            end_mark=parsed.end_mark,
            language=parsed.language or UNDETERMINED_LANGUAGE,
            source_key=record.key,
            **_source_fields(record.source),
            import_warnings=[vars(warning) for warning in warnings],
        )


def _is_embargoed(release: Release) -> bool:
    return any(warning.field == "proposed_release_at" for warning in release.unresolved_warnings())


def date_warnings(date: datetime.date | None, today: datetime.date) -> tuple[ParseWarning, ...]:
    """Warn of a date that is after `today`, or before EARLIEST_YEAR."""
    if date and date > today:
        sentence = f"The date {date} is in the future: saved as a draft."
        return (ParseWarning("date", "future_date", sentence),)
    if date and date.year < EARLIEST_YEAR:
        return (
            ParseWarning(
                "date", "absurd_date", f"The date {date} is implausible: saved as a draft."
            ),
        )
    return ()


def known_hashes(hashes: Collection[str]) -> Collection[str]:
    """Return those of the source hashes that the archive has."""
    rows = Release.objects.filter(source_sha256__in=hashes)
    return {sha256 for sha256 in rows.values_list("source_sha256", flat=True) if sha256}


def _find_existing(
    records: Sequence[Record],
) -> tuple[dict[str, Release], dict[str, Release]]:
    """Return the archive's releases of these records, by source hash and by key."""
    hashes = [record.sha256 for record in records]
    keys = [record.key for record in records if record.key]
    rows = Release.objects.filter(Q(source_sha256__in=hashes) | Q(source_key__in=keys))
    known = list(rows.defer("source_text", "source_bytes").select_for_update())
    by_hash = {release.source_sha256: release for release in known if release.source_sha256}
    by_key = {release.source_key: release for release in known if release.source_key}
    return by_hash, by_key


def _is_new(item: Record | RejectedRecord, by_hash: Collection[str]) -> bool:
    return isinstance(item, Record) and item.sha256 not in by_hash


def _is_edited_here(release: Release) -> bool:
    taken_back = (Status.WITHDRAWN, Status.REMOVED, Status.BLOCKED)
    return bool(release.edited_by_id) or release.status in taken_back


def _source_fields(source: Source) -> dict[str, Any]:
    """Return the source verbatim: its text, and its bytes if encoding the text does not give
    them."""
    text = source.text.replace("\0", "\N{SYMBOL FOR NULL}")
    return {
        "source_name": Path(source.name).name,
        "source_text": text,
        "source_encoding": source.encoding,
        "source_bytes": None if _is_lossless(text, source) else source.data,
        "source_sha256": source.sha256,
    }


def _is_lossless(text: str, source: Source) -> bool:
    try:
        return text.encode(source.encoding) == source.data
    except UnicodeEncodeError:
        return False


def _explain_error(error: DatabaseError | TooLargeError) -> str:
    if isinstance(error, TooLargeError):
        return str(error)
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return VIOLATION_MESSAGES.get(constraint or "") or f"The database refused it: {error}".strip()


def _rejected_outcome(source: str, reason: str) -> Outcome:
    return Outcome(source, "rejected", None, (ParseWarning("source_text", "unreadable", reason),))


def _refused_outcome(source: str, release: Release, refused: ActionRefusedError) -> Outcome:
    sentence = " ".join(refused.reasons)
    return Outcome(source, "rejected", release, (ParseWarning("source_text", "refused", sentence),))
