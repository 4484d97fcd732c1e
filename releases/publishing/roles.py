"""Permissions of the groups writer, publisher and administrator."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet

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
        *(Action.SENT_TO_PRESS, Action.PRESS_CANCELED),
    },
    "correct_release": {
        *(Action.CORRECTED, Action.UPDATED, Action.RENAMED),
        *(Action.CORRECTION_APPROVED, Action.CORRECTION_DECLINED),
    },
    "withdraw_release": {Action.WITHDRAWN, Action.REINSTATED},
    "remove_release": {Action.REMOVED, Action.BLOCKED},
    "delete_release": {Action.DELETED},
    "add_redirect": {Action.REDIRECT_ADDED},
    "change_redirect": {Action.REDIRECT_CHANGED},
    "delete_redirect": {Action.REDIRECT_DELETED},
    "add_synonym": {Action.SYNONYM_ADDED},
    "change_synonym": {Action.SYNONYM_CHANGED},
    "delete_synonym": {Action.SYNONYM_DELETED},
    "add_pinnedresult": {Action.PINNED_ADDED},
    "change_pinnedresult": {Action.PINNED_CHANGED},
    "delete_pinnedresult": {Action.PINNED_DELETED},
    "change_journalist": {Action.PRESS_LIST_IMPORTED, Action.PRESS_CLEARED},
    "export_journalist": {Action.PRESS_LIST_EXPORTED},
}
PERMISSION_BY_ACTION = {
    action: name for name, actions in ACTIONS_BY_PERMISSION.items() for action in actions
}
# The standard roles, each with all that the one before it may do, in words.
ROLES = {
    "writer": "writes drafts, submits them for review and proposes corrections",
    "publisher": "also approves, schedules, corrects and withdraws releases",
    "administrator": "also removes releases, invites people and changes the office’s settings",
}
# What migrations have given to the roles so far, by app.
_WRITER = (
    *("view_release", "add_release", "change_release"),
    *("view_section", "add_section", "change_section", "delete_section"),
    *("view_topic", "view_version", "view_auditentry", "view_legacyurl"),
    *("view_contact", "view_boilerplate", "view_releasetemplate"),
)
_PUBLISHER = (
    *_WRITER,
    *("approve_release", "correct_release", "withdraw_release"),
    *("add_topic", "change_topic", "add_contact", "change_contact"),
    *("add_boilerplate", "change_boilerplate", "add_releasetemplate", "change_releasetemplate"),
    *("view_templatesection", "add_templatesection"),
    *("change_templatesection", "delete_templatesection"),
    *("view_redirect", "add_redirect", "change_redirect", "view_missedaddress"),
    *("view_synonym", "add_synonym", "change_synonym", "view_missedsearch"),
    *("view_pinnedresult", "add_pinnedresult", "change_pinnedresult"),
    *("view_journalist", "add_journalist", "change_journalist"),
    *("view_presstag", "add_presstag", "change_presstag"),
)
_ADMINISTRATOR = (
    *_PUBLISHER,
    *("remove_release", "delete_release", "delete_topic"),
    *("delete_contact", "delete_boilerplate", "delete_releasetemplate"),
    *("view_office", "change_office", "delete_redirect", "delete_missedaddress"),
    *("delete_synonym", "delete_pinnedresult", "delete_missedsearch"),
    *("delete_journalist", "export_journalist", "delete_presstag"),
)
PERMISSIONS_BY_ROLE: dict[str, dict[str, tuple[str, ...]]] = {
    "writer": {"releases": _WRITER},
    "publisher": {"releases": _PUBLISHER},
    "administrator": {
        "releases": _ADMINISTRATOR,
        "auth": ("view_user", "add_user", "change_user", "view_group"),
    },
}
MINIMUM_ROLE = {
    "add_release": "writer",
    "change_release": "writer",
    "remove_release": "administrator",
    "delete_release": "administrator",
    "delete_redirect": "administrator",
    "delete_synonym": "administrator",
    "delete_pinnedresult": "administrator",
    "export_journalist": "administrator",
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


def title_of(group: Group) -> str:
    """Return the name of the role as the first word of a line."""
    return group.name[:1].upper() + group.name[1:]


def describe(group: Group) -> str:
    """Return the role's name and what its members do."""
    return f"{title_of(group)}: {words}" if (words := ROLES.get(group.name)) else title_of(group)


def standard_permissions(role: str) -> QuerySet[Permission]:
    """Return the permissions that a new installation gives to the role."""
    wanted = Q()
    for app, codenames in PERMISSIONS_BY_ROLE[role].items():
        wanted |= Q(content_type__app_label=app, codename__in=codenames)
    return Permission.objects.filter(wanted)
