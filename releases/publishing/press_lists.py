"""Import and export of journalists as CSV."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from releases.models import AuditEntry, Journalist, PressTag
from releases.models.press import HALF_CONSENT
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    require,
    subject_entry,
)

Action = AuditEntry.Action
COLUMNS = (
    *("name", "outlet", "beat", "language", "address"),
    *("consent_on", "consent_how", "lists"),
)
FIELDS = [name for name in COLUMNS if name not in ("address", "lists")]
REQUIRED = {"name", "address"}
BATCH = 1_000  # rows per insert
MAX_ROWS = 10_000
SUBJECT = "Press lists"
NOT_TEXT = "This file is not CSV in UTF-8. In Excel, save it as “CSV UTF-8”."
NO_ROWS = "The file has no rows below its header."
TOO_MANY = f"The file has more than {MAX_ROWS} rows. Split it."
NO_COLUMN = "The first row must name the columns. Missing: {}."
UNKNOWN_COLUMN = "Unknown columns: {}. Known are: {}."
DATE = "“{}” is not a date. Write it as 2026-11-29."
NAMED_TWICE = "The first row names a column twice: {}."
NAMELESS = "There are more cells than named columns. Is a comma missing its quotation marks?"
TWICE = "This address is in an earlier row, too."
LANGUAGE = "“{}” is not a language of this site: {}."
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # spreadsheets would run such a cell


Change = tuple[Journalist, list[PressTag] | None]  # None: the same press lists


@dataclass
class ImportedList:
    """Numbers of journalists added, changed and unchanged; refused rows with their reasons."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    def __str__(self) -> str:
        counts = f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"
        return f"{counts}, {len(self.refused)} refused"


@transaction.atomic
def import_press_list(data: bytes, **context: Unpack[ActionContext]) -> ImportedList:
    """Add the journalists of a CSV file, or change those with the same address.

    Rows that cannot be read are refused by number, and the others are saved. Raises
    ActionRefusedError for a file that cannot be read at all.
    """
    require(Action.PRESS_LIST_IMPORTED, context)
    rows = _rows(data)
    found = ImportedList()
    known = {each.address: each for each in Journalist.objects.prefetch_related("tags")}
    tags = {tag.name.casefold(): tag for tag in PressTag.objects.all()}
    changes: list[Change] = []
    seen: set[str] = set()
    for number, row in rows:
        try:
            _store(row, known, tags, seen, changes, found)
        except ValidationError as refused:
            found.refused.append((number, " ".join(refused.messages)))
    _save(changes)
    subject_entry(SUBJECT, Action.PRESS_LIST_IMPORTED, str(found), context).save(force_insert=True)
    return found


@transaction.atomic
def export_press_list(people: Iterable[Journalist], **context: Unpack[ActionContext]) -> str:
    """Return the journalists as CSV, with the columns of the import. Raises
    ActionRefusedError."""
    require(Action.PRESS_LIST_EXPORTED, context)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    for count, each in enumerate(people, 1):  # noqa: B007 - counted
        writer.writerow(map(_cell, _values(each)))
    why = f"{count} journalists"
    subject_entry(SUBJECT, Action.PRESS_LIST_EXPORTED, why, context).save(force_insert=True)
    return out.getvalue()


def clear_journalist(journalist: Journalist, **context: Unpack[ActionContext]) -> None:
    """Allow mail to a journalist again after a bounce or complaint. Raises
    ActionRefusedError."""
    require(Action.PRESS_CLEARED, context)
    with transaction.atomic():
        row = Journalist.objects.select_for_update().get(pk=journalist.pk)
        if row.stopped_at is None:
            raise ActionRefusedError(f"{row} gets mail already.")
        why = f"It was stopped: {row.get_stopped_why_display()}"
        row.stopped_at, row.stopped_why, row.stopped_detail = None, "", ""
        row.save()
        subject_entry(str(row), Action.PRESS_CLEARED, why, context).save(force_insert=True)


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ActionRefusedError(NOT_TEXT) from error
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ActionRefusedError(NOT_TEXT) from error
    columns = [name.strip().casefold() for name in lines[0]] if lines else []
    _require_columns(columns)
    rows = [(number, line) for number, line in enumerate(lines[1:], 2) if any(line)]
    if not rows:
        raise ActionRefusedError(NO_ROWS)
    if len(rows) > MAX_ROWS:
        raise ActionRefusedError(TOO_MANY)
    # A cell that the export guarded against being run comes back as it was.
    return ((number, _named(columns, line)) for number, line in rows)


def _named(columns: list[str], line: list[str]) -> dict[str, str]:
    """Return the cells by column; under "" what no column names."""
    row = {name: _unguarded(cell) for name, cell in zip(columns, line, strict=False) if name}
    nameless = (cell for name, cell in zip_longest(columns, line, fillvalue="") if not name)
    return {**row, "": "".join(nameless).strip()}


def _require_columns(columns: list[str]) -> None:
    counts = Counter(filter(None, columns))
    if missing := REQUIRED - counts.keys():
        raise ActionRefusedError(NO_COLUMN.format(", ".join(sorted(missing))))
    if unknown := counts.keys() - set(COLUMNS):
        named = ", ".join(sorted(unknown))[:200]
        raise ActionRefusedError(UNKNOWN_COLUMN.format(named, ", ".join(COLUMNS)))
    if twice := sorted(name for name, count in counts.items() if count > 1):
        raise ActionRefusedError(NAMED_TWICE.format(", ".join(twice)))


def _store(
    row: dict[str, str],
    known: dict[str, Journalist],
    tags: dict[str, PressTag],
    seen: set[str],
    changes: list[Change],
    found: ImportedList,
) -> None:
    address = row.get("address", "").strip().lower()
    if address in seen:
        raise ValidationError(TWICE)
    if row[""]:
        raise ValidationError(NAMELESS)
    person = known.get(address) or Journalist(address=address)
    before = _values(person) if person.pk else None
    _fill(person, row)
    person.full_clean(validate_unique=False, validate_constraints=False)  # without a query
    if bool(person.consent_on) != bool(person.consent_how):
        raise ValidationError(HALF_CONSENT)
    seen.add(address)
    wanted = _tags(row["lists"], tags) if "lists" in row else None
    names = sorted(tag.name for tag in wanted) if wanted is not None else _names(person)
    after = [*_values(person)[:-1], "; ".join(names)]
    if after == before:
        found.unchanged += 1
        return
    found.added, found.changed = found.added + (before is None), found.changed + bool(before)
    changes.append((person, None if before and names == _names(person) else wanted))


def _save(changes: list[Change]) -> None:
    new = [person for person, _ in changes if person.pk is None]
    known = [person for person, _ in changes if person.pk]
    relisted = [(person, tags) for person, tags in changes if tags is not None]
    Journalist.objects.bulk_create(new, batch_size=BATCH)
    # As one insert that updates: bulk_update takes several times as long.
    Journalist.objects.bulk_create(
        known, BATCH, update_conflicts=True, update_fields=FIELDS, unique_fields=["pk"]
    )
    listed = Journalist.tags.through
    listed.objects.filter(journalist__in=[person for person, _ in relisted]).delete()
    rows = (listed(journalist=person, presstag=tag) for person, tags in relisted for tag in tags)
    listed.objects.bulk_create(rows, batch_size=BATCH)


def _fill(person: Journalist, row: dict[str, str]) -> None:
    for name in ("name", "outlet", "beat", "consent_how"):
        if name in row:
            setattr(person, name, row[name].strip())
    if language := row.get("language", "").strip().lower():
        if language not in dict(settings.LANGUAGES):
            known = ", ".join(dict(settings.LANGUAGES))
            raise ValidationError(LANGUAGE.format(language[:40], known))
        person.language = language
    if "consent_on" in row:
        person.consent_on = _date(row["consent_on"].strip())


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValidationError(DATE.format(text[:40])) from error


def _tags(cell: str, known: dict[str, PressTag]) -> list[PressTag]:
    tags = {}
    for name in filter(None, (part.strip() for part in cell.split(";"))):
        if (tag := known.get(name.casefold())) is None:
            tag = PressTag(name=name)
            tag.full_clean()
            tag.save()
            known[tag.name.casefold()] = tag
        tags[tag.pk] = tag
    return list(tags.values())


def _values(person: Journalist) -> list[str]:
    day = person.consent_on.isoformat() if person.consent_on else ""
    given = [person.name, person.outlet, person.beat, person.language, person.address]
    return [*given, day, person.consent_how, "; ".join(_names(person))]


def _names(person: Journalist) -> list[str]:
    return sorted(tag.name for tag in person.tags.all()) if person.pk else []


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
