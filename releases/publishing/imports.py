"""Actions of imports: create many releases at once, and update imported ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Unpack

from django.db import transaction
from django.utils import timezone

from pressroom.infra.db.copying import copy_rows, copy_values, set_keys
from releases.content.cleaning import is_blank
from releases.content.legacy_keys import legacy_key
from releases.media.attachments import attach_image
from releases.media.intake import PreparedUpload
from releases.models import (
    AuditEntry,
    FeedAuthority,
    Image,
    LegacyURL,
    NumberSeries,
    Release,
    Section,
    Version,
    lengths,
)
from releases.models.version import canonical_json, version_digest
from releases.publishing import import_topics, roles
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    action_time,
    add_audit_entries,
    add_audit_entry,
    lock,
    refusing_constraint_violations,
    require,
)
from releases.publishing.corrections import PROPOSE_IT
from releases.search import outbox

Action = AuditEntry.Action
Status = Release.Status

# Only the system approves its own imports: a person who imports counts as the author.
AUTHORS_DO_NOT_APPROVE = (
    "Your import is saved as drafts for a colleague to approve. Import without approval."
)
PROPOSED_FIELD = "proposed_release_at"
FIRST_VERSION = (
    *("release", "number", "kind", "note", "at", "snapshot", "words_changed", "sha256"),
)
REQUIRED_FIELDS = {"title": "title", "date": "date", "body": "text"}


class TooLargeError(ActionRefusedError):
    """A release that exceeds a size limit."""


@dataclass(frozen=True)
class NewPicture:
    """A checked picture to attach to a new release."""

    alt: str
    caption: str
    prepared: PreparedUpload


@dataclass(frozen=True)
class NewRelease:
    """An unsaved release with its parts; `origin` names the file, line or row.

    `is_dated`: its date is reliable, so it gets a number. `is_certain`: it may be published without
    review.
    """

    release: Release
    sections: Sequence[Section] = ()
    topics: Sequence[str] = ()
    url: str = ""
    origin: str = ""
    pictures: Sequence[NewPicture] = ()
    is_dated: bool = True
    is_certain: bool = True


@dataclass(frozen=True)
class ChangedRelease:
    """New content for an imported release. Absent parts (None) stay.

    `printed` has public fields, `source` those about its origin, `warnings` sentences that
    require a review before publication.
    """

    printed: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    sections: Sequence[Section] | None = None
    topics: Sequence[str] | None = None
    url: str = ""
    origin: str = ""
    warnings: Sequence[str] = ()


@transaction.atomic
def create_imported(
    new: Sequence[NewRelease], approve: bool = False, **context: Unpack[ActionContext]
) -> None:
    """Store the releases as drafts; with `approve`, publish those complete and certain at the start
    of their printed day.

    Raises ActionRefusedError, for all of them, if the person may not, and TooLargeError if one is
    too large.
    """
    by = context.get("by")
    require(Action.CREATED, context)
    if approve and by:
        raise ActionRefusedError(AUTHORS_DO_NOT_APPROVE)
    for each in new:
        if too_large := lengths.excess(_partial_snapshot(each)):
            raise TooLargeError(*too_large)
    _assign_numbers([each.release for each in new if each.is_dated])
    if approve:
        _approve(each.release for each in new if each.is_certain)
    rows = [each.release for each in new]
    for row in rows:
        row.updated_at = timezone.now()  # COPY does not return what the database fills in
    set_keys(rows)
    copy_rows(rows)
    topics = _add_parts(new)
    _issue_versions([each for each in new if each.release.status == Status.APPROVED], topics)
    _audit_creation(new, context)


@transaction.atomic
def change_imported(
    release: Release, change: ChangedRelease, **context: Unpack[ActionContext]
) -> tuple[Release, bool]:
    """Update a release from its changed source, as its next version if it is public.

    Returns the current row and whether anything changed. Raises ActionRefusedError if the user
    lacks the right, the release is under embargo, or a public field would become empty.
    """
    row = lock(release, Action.EDITED, context)
    if not _changes_anything(row, change):
        return row, False
    if reasons := _objections(row, change, context):
        raise ActionRefusedError(*reasons)
    _write(row, change, context)
    add_audit_entry(row, Action.UPDATED, f"Imported from {change.origin}", context)
    if row.status == Status.APPROVED:
        _add_version(row, context)
    return row, True


def _changes_anything(row: Release, change: ChangedRelease) -> bool:
    # Topics are the same if their slugs are, however the name is written.
    topics = import_topics.present_slugs(change.topics or ())
    return (
        any(getattr(row, name) != value for name, value in change.printed.items())
        or change.source.get(PROPOSED_FIELD, row.proposed_release_at) != row.proposed_release_at
        or (change.sections is not None and _snapshots(change.sections) != _sections_of(row))
        or (change.topics is not None and topics != set(row.topics.values_list("slug", flat=True)))
        or (bool(change.url) and not _is_known_url(change.url))
        or not set(change.warnings) <= {each.message for each in row.unresolved_warnings()}
    )


def _partial_snapshot(new: NewRelease) -> dict[str, Any]:
    """Return the snapshot of a new release without number and slug."""
    printed = {name: getattr(new.release, name) for name in Release.PRINTED_FIELDS}
    return {**printed, "sections": _snapshots(new.sections), "topics": new.topics}


def _too_large(row: Release, change: ChangedRelease) -> list[str]:
    """Return why the changed release would be too large."""
    before = row.snapshot()
    after = {**before, **change.printed}
    if change.sections is not None:
        after["sections"] = _snapshots(change.sections)
    if change.topics is not None:
        after["topics"] = change.topics
    return lengths.excess(after, before)


def _snapshots(sections: Iterable[Section]) -> list[dict[str, Any]]:
    return [section.snapshot() for section in sections]


def _sections_of(row: Release) -> list[dict[str, Any]]:
    return _snapshots(row.sections.all())


def _is_known_url(url: str) -> bool:
    return LegacyURL.objects.filter(key=legacy_key(url)).exists()


def _objections(row: Release, change: ChangedRelease, context: ActionContext) -> list[str]:
    """Return why an import may not change the release now, in sentences that name it."""
    name = f"“{row}”"
    if too_large := _too_large(row, change):
        return [f"{name}: {sentence}" for sentence in too_large]
    if row.status in (Status.DRAFT, Status.IN_REVIEW):
        return []
    if row.status != Status.APPROVED:
        return [f"{name} is {row.get_status_display()}: its text was not changed."]
    if row.is_embargoed(action_time(context)):
        return [f"{name} is approved: recall its approval first, then import it again."]
    if not roles.may(context.get("by"), Action.CORRECTED):
        return [f"{name} is public. {roles.refusal_message(Action.CORRECTED)}"]
    if roles.must_propose(context.get("by"), row, action_time(context)):
        return [f"{name} is public. {PROPOSE_IT}"]
    emptied = [word for field, word in REQUIRED_FIELDS.items() if _empties(change, field)]
    return [
        *(f"{name} is public: this would leave it without its {word}." for word in emptied),
        *(f"{name} is public: {warning}" for warning in change.warnings),
    ]


def _empties(change: ChangedRelease, name: str) -> bool:
    return name in change.printed and is_blank(str(change.printed[name] or ""))


def _write(row: Release, change: ChangedRelease, context: ActionContext) -> None:
    for name, value in {**change.printed, **change.source}.items():
        setattr(row, name, value)
    row.updated_at = action_time(context)
    with refusing_constraint_violations():
        row.save()
    if change.sections is not None:  # replaced as a whole: sections have no lasting identity
        row.sections.all().delete()
    if change.topics is not None:
        row.topics.clear()
    parts = NewRelease(row, change.sections or (), change.topics or (), change.url)
    _add_parts([parts])


def _add_version(row: Release, context: ActionContext) -> None:
    note = f"Imported again from {row.source_name}."
    latest = row.versions.last()
    version = row.next_version(
        Version.Kind.UPDATE, note, context.get("by"), action_time(context), latest
    )
    version.save(force_insert=True)
    outbox.enqueue([row.pk])


def _assign_numbers(releases: Iterable[Release]) -> None:
    """Allocate numbers in order."""
    # One block per year: each allocation locks a row until the transaction ends.
    by_year = defaultdict(list)
    for release in releases:
        if release.date:
            by_year[release.date.year].append(release)
    numbers = NumberSeries.allocate_blocks({year: len(dated) for year, dated in by_year.items()})
    for year, dated in by_year.items():
        for release, number in zip(dated, numbers[year], strict=True):
            release.number = number
    if numbers:
        FeedAuthority.store()


def _approve(releases: Iterable[Release]) -> None:
    for release in releases:  # without a number, its date is unreliable
        if release.number and not release.missing_fields():
            release.status = Status.APPROVED
            release.release_at = release.start_of_day()


def _issue_versions(approved: Sequence[NewRelease], topics: Mapping[int, list[str]]) -> None:
    # Its parts were just stored: only pictures take queries.
    pictured = {each.release.pk: each.release.snapshot() for each in approved if each.pictures}
    rows = (_first_version(each, topics, pictured.get(each.release.pk)) for each in approved)
    copy_values(Version, FIRST_VERSION, rows)
    outbox.enqueue(each.release.pk for each in approved)


def _first_version(
    new: NewRelease, topics: Mapping[int, list[str]], snapshot: dict[str, Any] | None
) -> tuple[Any, ...]:
    """Return the values of FIRST_VERSION, as `Release.next_version` would state them."""
    release, number, kind, note = new.release, 1, str(Version.Kind.ISSUED), ""
    assert release.release_at
    if not snapshot:
        snapshot = release.compose_snapshot(_snapshots(new.sections), topics[release.pk])
    content = canonical_json(snapshot)
    digest = version_digest("", number, kind, note, release.release_at, content)
    return release.pk, number, kind, note, release.release_at, content, 0, digest


def _audit_creation(new: Sequence[NewRelease], context: ActionContext) -> None:
    whys = [f"Imported from {each.origin}" for each in new]
    add_audit_entries([each.release for each in new], Action.CREATED, whys, context)


def _add_parts(new: Sequence[NewRelease]) -> dict[int, list[str]]:
    """Save sections, topics, legacy URLs and pictures; return the topics' slugs by release."""
    for each in new:
        for position, section in enumerate(each.sections, start=1):
            section.release, section.position = each.release, position
    copy_rows(section for each in new for section in each.sections)
    topics = import_topics.add({each.release.pk: each.topics for each in new})
    _store_legacy_urls(new)
    for each in new:
        _attach_pictures(each)
    return topics


def _attach_pictures(new: NewRelease) -> None:
    for position, picture in enumerate(new.pictures, start=1):
        image = Image(
            release=new.release, alt=picture.alt, caption=picture.caption, position=position
        )
        attach_image(image, picture.prepared)


def _store_legacy_urls(new: Collection[NewRelease]) -> None:
    # The first release with a URL keeps it; import warnings name the others.
    LegacyURL.objects.bulk_create(
        (
            LegacyURL(release=each.release, url=each.url, key=legacy_key(each.url))
            for each in new
            if each.url
        ),
        ignore_conflicts=True,
    )
