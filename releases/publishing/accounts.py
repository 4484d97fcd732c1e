"""Actions on accounts: they end and begin access, and are on record like those on releases."""

from __future__ import annotations

from typing import Unpack

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction

from releases.models import AuditEntry, Invitation, StaffSettings
from releases.publishing.account_rights import MANAGE, has_all_rights_of, is_last_manager
from releases.publishing.base import ActionContext, ActionRefusedError, subject_entry

Action = AuditEntry.Action
NOT_ALLOWED = "This needs the administrator role, and every right of the account. Ask a superuser."
OWN_ACCOUNT = "You cannot deactivate your own account. Ask another administrator."
LAST_MANAGER = (
    "Nobody else can manage accounts. Make somebody else an administrator first, so that the "
    "office is not locked out."
)


def name_of(account: User) -> str:
    """Return the full name with the username, or the username."""
    full, username = account.get_full_name(), account.get_username()
    return f"{full} ({username})" if full else username


@transaction.atomic
def deactivate(account: User, **context: Unpack[ActionContext]) -> User:
    """End the account's access at once. Raises ActionRefusedError."""
    row = lock_account(account, context)
    if context.get("by") == row:
        raise ActionRefusedError(OWN_ACCOUNT)
    if not row.is_active:
        raise ActionRefusedError(f"{name_of(row)} is deactivated already.")
    if is_last_manager(row):
        raise ActionRefusedError(LAST_MANAGER)
    return withdraw_access(row, Action.DEACTIVATED, context)


@transaction.atomic
def reactivate(account: User, **context: Unpack[ActionContext]) -> User:
    """Allow the account to sign in again. Raises ActionRefusedError."""
    row = lock_account(account, context)
    if row.is_active:
        raise ActionRefusedError(f"{name_of(row)} is active already.")
    row.is_active = True
    row.save(update_fields=["is_active"])
    add_account_entry(row, Action.REACTIVATED, "", context)
    return row


def withdraw_access(row: User, action: str, context: ActionContext) -> User:
    """Deactivate the locked account, and end what would work without another sign-in."""
    row.is_active = False
    if not row.has_usable_password():
        row.set_unusable_password()  # a new one, which the link of an invitation does not fit
    row.save(update_fields=["is_active", "password"])
    end_access(row)
    add_account_entry(row, action, "", context)
    return row


def end_access(account: User) -> None:
    """End the account's sessions, private calendar address and invitation."""
    # Django refuses the sessions of deactivated accounts, but they would revive with the account.
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(account.pk):
            session.delete()
    StaffSettings.objects.filter(person=account).update(calendar_digest=None)
    Invitation.objects.filter(person=account).delete()


def lock_account(account: User, context: ActionContext) -> User:
    """Lock the account's row and return it. Raises ActionRefusedError for a person without the
    right to manage it."""
    by = context.get("by")
    if by and not (by.has_perm(MANAGE) and has_all_rights_of(by, account)):
        raise ActionRefusedError(NOT_ALLOWED)
    return User.objects.select_for_update().get(pk=account.pk)


def add_account_entry(account: User, action: str, why: str, context: ActionContext) -> None:
    """Add an audit entry about the account."""
    subject_entry(name_of(account), action, why, context).save(force_insert=True)
