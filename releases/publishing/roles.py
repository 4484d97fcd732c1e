"""Permissions of the groups writer, publisher and administrator."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.models import User

from releases.models import AuditEntry, Release

Deed = AuditEntry.Deed

ACTIONS_BY_PERMISSION = {
    "add_release": {Deed.CREATED},
    "change_release": {
        *(Deed.EDITED, Deed.SUBMITTED, Deed.PAIRED, Deed.FILED),
        *(Deed.PROPOSED, Deed.RETRACTED),
    },
    "approve_release": {
        *(Deed.APPROVED, Deed.RESCHEDULED, Deed.RECALLED, Deed.SENT_BACK),
        *(Deed.SHARED, Deed.REVOKED),
    },
    "correct_release": {
        *(Deed.CORRECTED, Deed.UPDATED, Deed.RENAMED),
        *(Deed.ACCEPTED, Deed.DECLINED),
    },
    "withdraw_release": {Deed.WITHDREW, Deed.REINSTATED},
    "remove_release": {Deed.REMOVED, Deed.BLOCKED},
    "delete_release": {Deed.DELETED},
}
PERMISSION_BY_ACTION = {
    action: name for name, deeds in ACTIONS_BY_PERMISSION.items() for action in deeds
}
MINIMUM_ROLE = {
    "add_release": "writer",
    "change_release": "writer",
    "remove_release": "administrator",
    "delete_release": "administrator",
}


def may(user: User | None, action: str) -> bool:
    """Return whether the person may do it; the system (None) may do everything."""
    return user is None or user.has_perm(f"releases.{PERMISSION_BY_ACTION[Deed(action)]}")


def refusal_message(action: str) -> str:
    """Return who may do it, in a sentence for a person who may not."""
    role = MINIMUM_ROLE.get(PERMISSION_BY_ACTION[Deed(action)], "publisher")
    return f"This needs the {role} role. Ask a colleague who has it."


def must_propose(user: User | None, release: Release, at: datetime.datetime | None = None) -> bool:
    """Return whether the person's change to its text needs a publisher's approval."""
    if user is None or not release.is_published(at):
        return False
    return settings.CORRECTIONS_NEED_APPROVAL or not may(user, Deed.CORRECTED)
