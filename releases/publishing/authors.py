"""Four-eyes rule: nobody approves their own changes."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.text import get_text_list

from releases.models import AuditEntry, Release

Action = AuditEntry.Action

# Actions that change public content: text, topics, slug and translations, which an approval covers.
CONTENT_ACTIONS = frozenset(
    {
        *(Action.CREATED, Action.EDITED, Action.UPDATED, Action.CORRECTED),
        *(Action.RENAMED, Action.TRANSLATION_CHANGED, Action.TOPICS_CHANGED),
    }
)

REMEDY = "Ask a colleague to approve it, or give a reason for approving it yourself."


def objection_to_own_work(release: Release, by: User) -> str:
    """Return a sentence about the person's changes since the last approval, with the remedy; ""
    if there are none."""
    entries = list(_changes(release).filter(by=by))
    if entries:
        return f"You {_describe(entries)}, and nobody has approved it since. {REMEDY}"
    # Fixtures, and rows older than the audit log, only name their last author.
    if release.edited_by_id == by.pk and _has_no_audit_entries(release):
        return f"You made the last change. {REMEDY}"
    return ""


def authors_of(release: Release) -> set[int]:
    """Return the keys of who changed it since its last approval."""
    found = set(_changes(release).exclude(by=None).values_list("by", flat=True))
    if not found and release.edited_by_id and _has_no_audit_entries(release):
        return {release.edited_by_id}
    return found


def _changes(release: Release) -> QuerySet[AuditEntry]:
    """Return audit entries of changes since the last approval, oldest first."""
    entries = release.audit_entries.all()
    approval = entries.filter(action=Action.APPROVED).last()
    return entries.filter(action__in=CONTENT_ACTIONS, pk__gt=approval.pk if approval else 0)


def _has_no_audit_entries(release: Release) -> bool:
    return not release.audit_entries.filter(action__in={*CONTENT_ACTIONS, Action.APPROVED}).exists()


def _describe(entries: list[AuditEntry]) -> str:
    """Return, for example, "created it, edited it (Title, Text) and changed its topics"."""
    parts: dict[str, dict[str, None]] = {}
    for entry in entries:
        named = entry.why.split(", ") if entry.action == Action.EDITED and entry.why else []
        parts.setdefault(entry.get_action_display(), {}).update(dict.fromkeys(named))
    phrases = [f"{done} ({', '.join(named)})" if named else done for done, named in parts.items()]
    return str(get_text_list(phrases, "and"))
