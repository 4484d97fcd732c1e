"""Four-eyes rule: nobody approves their own changes."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.text import get_text_list

from releases.models import AuditEntry, Release

Action = AuditEntry.Action

# Actions that change what the public will read: text, topics, slug and translations, all of which
# an approval covers. Review steps and sharing change nothing.
CONTENT_ACTIONS = frozenset(
    {
        *(Action.CREATED, Action.EDITED, Action.UPDATED, Action.CORRECTED),
        *(Action.RENAMED, Action.TRANSLATION_CHANGED, Action.TOPICS_CHANGED),
    }
)

REMEDY = "Ask a colleague to approve it, or give a reason for approving it yourself."


def objection_to_own_work(release: Release, by: User) -> str:
    """Return what the person changed since the last approval, with the remedy, in a sentence; ""
    for nothing."""
    lines = list(_changes(release).filter(by=by))
    if lines:
        return f"You {_in_words(lines)}, and nobody has approved it since. {REMEDY}"
    # Fixtures, and rows older than the audit log, only name their last author.
    if release.edited_by_id == by.pk and _has_no_audit_entries(release):
        return f"You made the last change. {REMEDY}"
    return ""


def _changes(release: Release) -> QuerySet[AuditEntry]:
    """Return audit entries of changes since the last approval, oldest first."""
    entries = release.audit_entries.all()
    approval = entries.filter(action=Action.APPROVED).last()
    return entries.filter(action__in=CONTENT_ACTIONS, pk__gt=approval.pk if approval else 0)


def _has_no_audit_entries(release: Release) -> bool:
    return not release.audit_entries.filter(action__in={*CONTENT_ACTIONS, Action.APPROVED}).exists()


def _in_words(lines: list[AuditEntry]) -> str:
    """created it, edited it (Title, Text) and changed its topics"""
    parts: dict[str, dict[str, None]] = {}
    for line in lines:
        named = line.why.split(", ") if line.action == Action.EDITED and line.why else []
        parts.setdefault(line.get_action_display(), {}).update(dict.fromkeys(named))
    phrases = [f"{done} ({', '.join(named)})" if named else done for done, named in parts.items()]
    return str(get_text_list(phrases, "and"))
