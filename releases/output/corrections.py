"""Corrections and withdrawals as rows of the API and the data files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from releases.models import Version
from releases.output.tables import Column, row

Entry = tuple[Version, str]  # from `corrections_log()`, and the site: scheme and host


def _title(entry: Entry) -> str:
    release = entry[0].release
    return "" if release.title_withheld else release.title


COLUMNS: dict[str, Column] = {
    "number": Column("string", _("Permanent number of the release"), lambda e: e[0].release.number),
    "kind": Column(
        "string", _("“correction”, “withdrawal” or “reinstated”"), lambda e: str(e[0].kind)
    ),
    "at": Column("datetime", _("When it was made (UTC)"), lambda e: e[0].at.isoformat()),
    "note": Column("string", _("What changed and why"), lambda e: e[0].note),
    "version": Column("integer", _("Number of the resulting version"), lambda e: e[0].number),
    "words_changed": Column(
        "integer",
        _("Number of words that differ from the version before"),
        lambda e: e[0].words_changed,
    ),
    "status": Column(
        "string",
        _("State of the release now: “approved”, “withdrawn”, “removed” or “blocked”"),
        lambda e: str(e[0].release.status),
    ),
    "title": Column("string", _("Title of the release now; empty if it is withheld"), _title),
    "language": Column(
        "string", _("Language tag, such as en or es"), lambda e: e[0].release.language
    ),
    "url": Column("string", _("Permanent address"), lambda e: e[1] + e[0].release.permanent_path),
}


def describe(version: Version, site: str) -> dict[str, Any]:
    """Return one entry of `corrections_log()` with absolute URLs and times in UTC."""
    return row((version, site), COLUMNS)
