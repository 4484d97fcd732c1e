"""Permissions of the groups writer, publisher and administrator."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.models import User

from releases.models import AuditEntry, Release

Action = AuditEntry.Action

ACTIONS_BY_PERMISSION = {
    "add_release": {Action.CREATED},
    "change_release": {
        *(Action.EDITED, Action.SUBMITTED, Action.TRANSLATION_CHANGED, Action.TOPICS_CHANGED),
        *(Action.CORRECTION_PROPOSED, Action.CORRECTION_TAKEN_BACK),
    },
    "approve_release": {
        *(Action.APPROVED, Action.RESCHEDULED, Action.RECALLED, Action.SENT_BACK),
        *(Action.PREVIEW_SHARED, Action.PREVIEW_REVOKED),
    },
    "correct_release": {
        *(Action.CORRECTED, Action.UPDATED, Action.RENAMED),
        *(Action.CORRECTION_APPROVED, Action.CORRECTION_DECLINED),
    },
    "withdraw_release": {Action.WITHDRAWN, Action.REINSTATED},
    "remove_release": {Action.REMOVED, Action.BLOCKED},
    "delete_release": {Action.DELETED},
}
PERMISSION_BY_ACTION = {
    action: name for name, actions in ACTIONS_BY_PERMISSION.items() for action in actions
}
MINIMUM_ROLE = {
    "add_release": "writer",
    "change_release": "writer",
    "remove_release": "administrator",
    "delete_release": "administrator",
}


def may(user: User | None, action: str) -> bool:
    """Return whether the person may do it; the system (None) may do everything."""
    # An action without a permission raises KeyError: a forgotten one must not be allowed.
    return user is None or user.has_perm(f"releases.{PERMISSION_BY_ACTION[Action(action)]}")


def refusal_message(action: str) -> str:
    """Return who may do it, in a sentence for a person who may not."""
    role = MINIMUM_ROLE.get(PERMISSION_BY_ACTION[Action(action)], "publisher")
    return f"This needs the {role} role. Ask a colleague who has it."


def must_propose(user: User | None, release: Release, at: datetime.datetime | None = None) -> bool:
    """Return whether the person's change to its text needs a publisher's approval."""
    if user is None or not release.is_published(at):
        return False
    return settings.CORRECTIONS_NEED_APPROVAL or not may(user, Action.CORRECTED)
