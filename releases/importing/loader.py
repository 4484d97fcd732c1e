"""Records -> rows, a batch in each transaction. Nothing lost, nothing invented, and a second run
changes nothing."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from releases.importing import neighbours
from releases.importing.ahead import BATCH
from releases.importing.reader import Source
from releases.importing.records import Found, Record, Rejected
from releases.importing.report import Outcome
from releases.models import AuditLine, LegacyURL, NumberSeries, Release, Section, Topic, Version
from releases.search import changes
from releases.text.addresses import legacy_key
from releases.text.slugs import make_slug
from releases.text.warnings import ParseWarning

# Ivy Lee's statement on a train wreck, taken for the first press release, is of 1906.
EARLIEST_YEAR = 1900

UNDETERMINED = "und"  # BCP 47's tag for a language that is not known

NOT_OVERWRITTEN = ParseWarning(
    "source_text",
    "edited_here",
    "Its source has changed, but it was edited or withdrawn here since: nothing was overwritten.",
)
# What a changed source changes in a release that was imported before.
IMPORTED_FIELDS = (
    *Release.PRINTED_FIELDS,
    "slug",
    "source_name",
    "source_text",
    "source_encoding",
    "source_bytes",
    "source_sha256",
    "import_warnings",
)

Status = Release.Status
Deed = AuditLine.Deed
DEEDS = {"created": Deed.CREATED, "draft": Deed.CREATED, "updated": Deed.UPDATED}


@contextmanager
def undone() -> Iterator[None]:
    """What is loaded within happens for real, numbers and refusals too, and is then rolled back.

    It is one transaction: publishing waits for its end where both want a number of a year.
    """
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Loader:
    """Stores records as drafts; with `approve` the complete ones are public at once. Audit lines
    say who imported (None: nobody, as a command does) and, with `origin`, from where."""

    def __init__(
        self,
        *,
        approve: bool = False,
        at: datetime.datetime | None = None,
        by: User | None = None,
        origin: str = "",
    ) -> None:
        self.approve = approve
        self.at = at or timezone.now()
        self.by, self.origin = by, origin

    def load(self, found: Iterable[Found | Rejected]) -> Iterator[Outcome]:
        """Store them in the order given; the outcomes come in the same order."""
        remaining = iter(found)
        while batch := list(islice(remaining, BATCH)):
            yield from self._load_batch(batch)

    def _load_batch(self, batch: Sequence[Found | Rejected]) -> list[Outcome]:
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

    def _store(self, batch: Sequence[Found | Rejected]) -> list[Outcome]:
        found = [item for item in batch if isinstance(item, Found)]
        by_hash, by_key = _known(found)
        fresh: dict[str, Found] = {}
        for item in found:
            if item.sha256 not in by_hash and item.key not in by_key:
                fresh.setdefault(item.key or item.sha256, item)
        created = self._create([item.read() for item in fresh.values()])
        outcomes = [self._outcome(item, by_hash, by_key, created) for item in batch]
        self._audit(outcomes)
        return outcomes

    def _audit(self, outcomes: Iterable[Outcome]) -> None:
        """A line for each release that was created or updated, with the file that it came from."""
        AuditLine.objects.bulk_create(
            AuditLine(
                release=outcome.release,
                subject=str(outcome.release),
                deed=DEEDS[outcome.outcome],
                by=self.by,
                at=self.at,
                why=f"Imported from {outcome.source}",
                origin=self.origin,
            )
            for outcome in outcomes
            if outcome.outcome in DEEDS
        )

    def _outcome(
        self,
        item: Found | Rejected,
        by_hash: dict[str, Release],
        by_key: dict[str, Release],
        created: dict[str, Release],
    ) -> Outcome:
        if isinstance(item, Rejected):
            return _rejected(item.name, item.reason)
        name, release = item.source.name, by_hash.get(item.sha256)
        if release:
            return Outcome(name, "unchanged", release)
        if release := created.get(item.sha256):
            word = "created" if release.status == Status.APPROVED else "draft"
        else:
            release = by_key[item.key or ""]
            if _is_our_own_by_now(release):
                return Outcome(name, "unchanged", release, (NOT_OVERWRITTEN,))
            word = "updated"
            self._update(release, item.read())
        by_hash[item.sha256] = release
        if item.key:
            by_key[item.key] = release
        warnings = tuple(ParseWarning(**warning) for warning in release.import_warnings)
        return Outcome(name, word, release, warnings)

    def _create(self, records: Sequence[Record]) -> dict[str, Release]:
        """Rows for records that the archive does not have: a release by its source's hash."""
        found = neighbours.doubts(records)
        releases = [
            self._release(record, doubts) for record, doubts in zip(records, found, strict=True)
        ]
        _number(releases, self.at)
        if self.approve:
            self._approve(releases)
        Release.objects.bulk_create(releases)
        pairs = list(zip(releases, records, strict=True))
        _add_parts(pairs)
        self._put_on_record([release for release in releases if release.status == Status.APPROVED])
        return {record.sha256: release for release, record in pairs}

    def _release(self, record: Record, doubts: tuple[ParseWarning, ...] = ()) -> Release:
        parsed = record.parsed
        dated = doubts_about_date(parsed.date, self.at)
        warnings = record.warnings + parsed.warnings + dated + doubts
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
            source_key=record.key,
            **_source_fields(record.source),
            import_warnings=[vars(warning) for warning in warnings],
        )

    def _approve(self, releases: Iterable[Release]) -> None:
        for release in releases:
            if release.number and not release.missing():
                release.status = Status.APPROVED
                release.release_at = release.start_of_day()

    def _put_on_record(self, approved: Sequence[Release]) -> None:
        prefetch_related_objects(approved, "sections", "topics", "images", "attachments")
        Version.objects.bulk_create(
            release.next_version(Version.Kind.ISSUED, at=release.release_at) for release in approved
        )
        changes.queue([release.pk for release in approved])

    def _update(self, release: Release, record: Record) -> None:
        """Its source says something else now: so does the release, as a version where it is
        public. Its number and its earlier addresses stay."""
        anew = self._release(record)
        for field in IMPORTED_FIELDS:
            setattr(release, field, getattr(anew, field))
        release.updated_at = self.at
        release.save()
        release.sections.all().delete()
        release.topics.clear()
        _add_parts([(release, record)])
        if release.status == Status.APPROVED:
            note = f"Imported again from {release.source_name}."
            latest = release.versions.last()
            release.next_version("update", note, None, self.at, latest).save(force_insert=True)
            changes.queue([release.pk])


def doubts_about_date(
    date: datetime.date | None, at: datetime.datetime
) -> tuple[ParseWarning, ...]:
    """Why a date that was read can not be trusted at the moment `at`: it is yet to come, or it is
    older than any press release."""
    if date and date > timezone.localdate(at):
        sentence = f"The date {date} is in the future: kept a draft."
        return (ParseWarning("date", "future_date", sentence),)
    if date and date.year < EARLIEST_YEAR:
        return (ParseWarning("date", "absurd_date", f"The date {date} is absurd: kept a draft."),)
    return ()


def _number(releases: Iterable[Release], at: datetime.datetime) -> None:
    """Give out numbers in order, a block for each year; none where the date is in doubt."""
    by_year = defaultdict(list)
    for release in releases:
        if release.date and not doubts_about_date(release.date, at):
            by_year[release.date.year].append(release)
    numbers = NumberSeries.take_blocks({year: len(dated) for year, dated in by_year.items()})
    for year, dated in by_year.items():
        for release, number in zip(dated, numbers[year], strict=True):
            release.number = number


def known_hashes(hashes: Collection[str]) -> Collection[str]:
    """Those of these source hashes that the archive has."""
    rows = Release.objects.filter(source_sha256__in=hashes)
    return {sha256 for sha256 in rows.values_list("source_sha256", flat=True) if sha256}


def _known(found: Sequence[Found]) -> tuple[dict[str, Release], dict[str, Release]]:
    """The releases that the archive has of these, by source hash and by key."""
    hashes = [item.sha256 for item in found]
    keys = [item.key for item in found if item.key]
    rows = Release.objects.filter(Q(source_sha256__in=hashes) | Q(source_key__in=keys))
    known = list(rows.defer("source_text", "source_bytes").select_for_update())
    by_hash = {release.source_sha256: release for release in known if release.source_sha256}
    by_key = {release.source_key: release for release in known if release.source_key}
    return by_hash, by_key


def _is_our_own_by_now(release: Release) -> bool:
    """Staff have edited it, or taken it back: what they did is not undone by an import."""
    taken_back = (Status.WITHDRAWN, Status.REMOVED, Status.BLOCKED)
    return bool(release.edited_by_id) or release.status in taken_back


def _add_parts(pairs: Sequence[tuple[Release, Record]]) -> None:
    """Sections, topics and earlier addresses."""
    Section.objects.bulk_create(
        Section(release=release, position=position, **vars(section))
        for release, record in pairs
        for position, section in enumerate(record.parsed.sections, start=1)
    )
    _file_under_topics(pairs)
    _keep_addresses(pairs)


def _file_under_topics(pairs: Sequence[tuple[Release, Record]]) -> None:
    names = {topic_slug(name): name for _, record in pairs for name in record.topics}
    if not names:
        return
    Topic.objects.bulk_create(
        (Topic(name=name, slug=slug) for slug, name in sorted(names.items())),
        ignore_conflicts=True,
    )
    topics = {topic.slug: topic for topic in Topic.objects.filter(slug__in=names)}
    filed = Release.topics.through
    filed.objects.bulk_create(
        filed(release=release, topic=topics[slug])
        for release, record in pairs
        for slug in {topic_slug(name) for name in record.topics}
    )


def _keep_addresses(pairs: Sequence[tuple[Release, Record]]) -> None:
    """The first release of an address keeps it; `neighbours.doubts` has named the others."""
    LegacyURL.objects.bulk_create(
        (
            LegacyURL(release=release, url=record.url, key=legacy_key(record.url))
            for release, record in pairs
            if record.url
        ),
        ignore_conflicts=True,
    )


@lru_cache(maxsize=1024)
def topic_slug(name: str) -> str:
    """Of a topic's name; names without a Latin letter or a digit get a fingerprint of theirs."""
    fingerprint = hashlib.sha256(name.encode()).hexdigest()[:8]
    return make_slug(name, otherwise=f"topic-{fingerprint}")


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


def _name(item: Found | Rejected) -> str:
    return item.source.name if isinstance(item, Found) else item.name


def _rejected(source: str, reason: str) -> Outcome:
    return Outcome(source, "rejected", None, (ParseWarning("source_text", "unreadable", reason),))
