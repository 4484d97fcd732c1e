"""Four eyes: who wrote what is put before an approver."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.text import get_text_list

from releases.models import AuditLine, Release

Deed = AuditLine.Deed

# Each changes what the public will read on the page, its topics, its address and its translations
# included: an approval covers them all. Moving it through review, or sharing it, does not.
CONTENT_ACTIONS = frozenset(
    {
        *(Deed.CREATED, Deed.EDITED, Deed.UPDATED, Deed.CORRECTED),
        *(Deed.RENAMED, Deed.PAIRED, Deed.FILED),
    }
)

REMEDY = "a colleague approves it, or you say why you approve it yourself."


def objection_to_own_work(release: Release, by: User) -> str:
    """What the person changed in the release since its last approval, and the remedy, in a
    sentence; "" for nothing."""
    lines = list(_changes(release).filter(by=by))
    if lines:
        return f"You {_in_words(lines)} and nobody has approved it since: {REMEDY}"
    if release.edited_by_id == by.pk and _has_no_audit_entries(release):
        return f"You made its last change: {REMEDY}"
    return ""


def _changes(release: Release) -> QuerySet[AuditLine]:
    """The audit entries of changes since the last approval, the oldest first."""
    entries = release.audit_lines.all()
    approval = entries.filter(deed=Deed.APPROVED).last()
    return entries.filter(deed__in=CONTENT_ACTIONS, pk__gt=approval.pk if approval else 0)


def _has_no_audit_entries(release: Release) -> bool:
    """Rows older than the audit entries, and fixtures, have but the name of their last author."""
    return not release.audit_lines.filter(deed__in={*CONTENT_ACTIONS, Deed.APPROVED}).exists()


def _in_words(lines: list[AuditLine]) -> str:
    """created it, edited it (Title, Text) and changed its topics"""
    parts: dict[str, dict[str, None]] = {}
    for line in lines:
        named = line.why.split(", ") if line.deed == Deed.EDITED and line.why else []
        parts.setdefault(line.get_deed_display(), {}).update(dict.fromkeys(named))
    phrases = [f"{deed} ({', '.join(named)})" if named else deed for deed, named in parts.items()]
    return str(get_text_list(phrases, "and"))
