"""Rehearsals of imports: tables found, first rows as they were read, counts and problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from releases.importing import tables
from releases.importing.records import Record, RejectedRecord
from releases.importing.report import Outcome
from releases.importing.tables import ReadOptions
from releases.models import ImportRun
from releases.publishing import import_runs

MAX_ROWS = 10  # shown as they were read
MAX_TABLES = 10  # whose columns can be mapped by hand
MAX_PROBLEMS = 30  # kinds of them
MAX_SOURCES = 5  # named for each kind
MAX_SHOWN = 300  # characters of a field
# Codes whose warnings are counted by sentence, not by field.
_BY_SENTENCE = ("unreadable", "refused")


class Reading:
    """Options of a run's reading, which collect the tables and recall how they were mapped."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.columns: dict[str, Mapping[str, str]] = dict(run.options.get("columns", {}))
        # Until the person chooses one order, the tables have those of earlier imports.
        self.orders: dict[str, str] = dict(run.options.get("orders", {}))
        self.tables: list[dict[str, Any]] = []
        self.options = ReadOptions(
            date_order=run.options.get("dates", ""),
            columns_of=self.columns,
            orders_of={} if "dates" in run.options else self.orders,
            on_table=self.add_table,
        )

    def add_table(self, name: str, columns: Sequence[str]) -> None:
        """Describe the table, unless one with the same columns is described already."""
        key = tables.columns_key(columns)
        if len(self.tables) >= MAX_TABLES or key in [table["key"] for table in self.tables]:
            return
        is_recalled = False
        if key not in self.columns and (before := import_runs.earlier_options(key, self.run)):
            self.columns[key], is_recalled = before["columns"][key], True
            self.orders[key] = before.get("dates") or before.get("orders", {}).get(key, "")
        fields = [[name, self._field_of(key, name)] for name in columns]
        self.tables.append({"key": key, "name": name, "columns": fields, "recalled": is_recalled})

    def _field_of(self, key: str, name: str) -> str:
        known = tables.fold(name)
        mapped = self.columns.get(key, {})
        return mapped.get(known, known if known in tables.KEYS else "")


def describe(
    records: Sequence[Record | RejectedRecord],
    outcomes: Sequence[Outcome],
    found: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return the rehearsal as JSON values. Call it before the dry run is rolled back."""
    pairs = list(zip(records, outcomes, strict=True))
    shown = [(each, outcome) for each, outcome in pairs if isinstance(each, Record)]
    unread = Counter(name for outcome in outcomes for name in outcome.unread)
    return {
        "counts": Counter(outcome.outcome for outcome in outcomes),
        "rows": [_row(record, outcome) for record, outcome in shown[:MAX_ROWS]],
        "problems": _problems(outcomes),
        "tables": found,
        "unread": [name for name, _ in unread.most_common(tables.MAX_NAMED)],
    }


def _row(record: Record, outcome: Outcome) -> dict[str, Any]:
    parsed, release = record.parsed, outcome.release
    proposed = release.proposed_release_at if release else None
    return {
        "source": record.name,
        "outcome": outcome.outcome,
        "title": parsed.title[:MAX_SHOWN],
        "date": parsed.date.isoformat() if parsed.date else "",
        "contact": parsed.contact[:MAX_SHOWN],
        "language": parsed.language or "",
        "topics": list(parsed.topics[:10]),
        "embargo": proposed.isoformat() if proposed else "",
        "warnings": [warning.message[:MAX_SHOWN] for warning in outcome.warnings],
    }


def _problems(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return each kind of warning or refusal with its count and first sources, most frequent
    first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for outcome in outcomes:
        for warning in outcome.warnings:
            by_sentence = warning.code in _BY_SENTENCE
            kind = (warning.code, warning.message if by_sentence else warning.field)
            problem = found.setdefault(
                kind,
                {"code": warning.code, "message": warning.message, "count": 0, "sources": []},
            )
            problem["count"] += 1
            if len(problem["sources"]) < MAX_SOURCES:
                problem["sources"].append(outcome.source)
    ordered = sorted(found.values(), key=lambda problem: -problem["count"])
    return [{**each, "more": each["count"] - len(each["sources"])} for each in ordered][
        :MAX_PROBLEMS
    ]
