"""Lines above the text of a release that was withdrawn, superseded, corrected or updated."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from releases.models import Release, Version
from releases.output.edition import Edition


def lines(edition: Edition) -> list[str]:
    """Return the notice, else the corrections and updates, the newest first."""
    if edition.notice:
        return [_translated(edition)]
    kinds = {
        Version.Kind.CORRECTION: _("Corrected on %(day)s: %(note)s"),
        Version.Kind.UPDATE: _("Updated on %(day)s: %(note)s"),
    }
    rows = [row for row in reversed(edition.changes) if row.kind in kinds]
    return [kinds[Version.Kind(row.kind)] % _values(row) for row in rows]


def _values(row: Version) -> dict[str, str]:
    return {"day": date_format(timezone.localdate(row.at)), "note": row.note}


def _translated(edition: Edition) -> str:
    if edition.release.status == Release.Status.WITHDRAWN:
        reason = edition.release.status_reason
        return _("This release was withdrawn: %(reason)s") % {"reason": reason}
    numbers = {"this": edition.version.number, "latest": edition.latest.number}
    return _("This is version %(this)s. The current version is %(latest)s.") % numbers
