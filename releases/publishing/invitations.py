"""Invitation of staff by e-mail, with a link that works once and for a limited time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from pressroom.infra import office
from releases.mail import outgoing
from releases.models import AuditEntry, Invitation, OutgoingMail
from releases.publishing.account_rights import roles_to_give
from releases.publishing.accounts import (
    NOT_ALLOWED,
    add_account_entry,
    lock_account,
    name_of,
    withdraw_access,
)
from releases.publishing.base import ActionContext, ActionRefusedError, action_time
from releases.publishing.roles import title_of
from releases.publishing.scheduling import format_moment

Action = AuditEntry.Action
MAX_USERNAME = 150  # characters
KIND = "invitation"
TOO_LONG = f"The address has more than {MAX_USERNAME} characters. Use a shorter one."
TAKEN = "{name} already has an account with this address."
NOT_NEEDED = "{name} has chosen a password already, and needs no invitation."
INACTIVE = "{name} is deactivated. Reactivate the account first."
NOT_INVITED = "{name} has no open invitation."
TEXT = """{by} invites you to work on the press releases of {office}. Your role: {role}.

Choose a password here:
{link}

The link works once, until {until}.
Your username is {username}

If you did not expect this e-mail, ignore it.
"""


class InvitationTokens(PasswordResetTokenGenerator):
    """Tokens that end with the account's next password, usable or not."""

    key_salt = "releases.publishing.invitations"


tokens = InvitationTokens()


@dataclass(frozen=True)
class Invited:
    """An invited account, its invitation, and the path of its link."""

    account: User
    invitation: Invitation
    path: str


@transaction.atomic
def invite(name: str, email: str, role: Group, **context: Unpack[ActionContext]) -> Invited:
    """Create an account without a password and mail its link; the address is the username.

    Raises ActionRefusedError.
    """
    by = context.get("by")
    if by and not (by.has_perm("auth.add_user") and role in roles_to_give(by)):
        raise ActionRefusedError(NOT_ALLOWED)
    account = _create(name, email.lower())
    account.groups.add(role)
    return _send(account, Action.INVITED, context)


@transaction.atomic
def invite_again(account: User, **context: Unpack[ActionContext]) -> Invited:
    """Mail a new link; the one before stops working. Raises ActionRefusedError."""
    row = lock_account(account, context)
    if not row.is_active:
        raise ActionRefusedError(INACTIVE.format(name=name_of(row)))
    if row.has_usable_password():
        raise ActionRefusedError(NOT_NEEDED.format(name=name_of(row)))
    row.set_unusable_password()
    row.save(update_fields=["password"])
    return _send(row, Action.INVITED_AGAIN, context)


@transaction.atomic
def revoke_invitation(account: User, **context: Unpack[ActionContext]) -> User:
    """End the link and deactivate the account. Raises ActionRefusedError."""
    row = lock_account(account, context)
    if not Invitation.objects.filter(person=row).exists():
        raise ActionRefusedError(NOT_INVITED.format(name=name_of(row)))
    return withdraw_access(row, Action.INVITATION_REVOKED, context)


@transaction.atomic
def accept_invitation(account: User, password: str, **context: Unpack[ActionContext]) -> User:
    """Set the password that the invited person chose."""
    row = User.objects.select_for_update().get(pk=account.pk)
    row.set_password(password)
    row.save(update_fields=["password"])
    Invitation.objects.filter(person=row).delete()
    add_account_entry(row, Action.INVITATION_ACCEPTED, "", {**context, "by": row})
    return row


def _create(name: str, email: str) -> User:
    if len(email) > MAX_USERNAME:
        raise ActionRefusedError(TOO_LONG)
    is_same = Q(username__iexact=email) | Q(email__iexact=email)
    if known := User.objects.filter(is_same).first():
        raise ActionRefusedError(TAKEN.format(name=name_of(known)))
    first, _, last = name.rpartition(" ")
    named = {"first_name": first or last, "last_name": last if first else ""}
    try:
        with transaction.atomic():
            # Without a password, Django makes it unusable.
            return User.objects.create_user(email, email, is_staff=True, **named)
    except IntegrityError as error:  # invited by someone else at the same time
        raise ActionRefusedError(TAKEN.format(name=email)) from error


def _send(account: User, action: str, context: ActionContext) -> Invited:
    at = action_time(context)
    invitation, _ = Invitation.objects.update_or_create(person=account, defaults={"sent_at": at})
    place = [urlsafe_base64_encode(force_bytes(account.pk)), tokens.make_token(account)]
    invited = Invited(account, invitation, reverse("admin:invitation", args=place))
    role = ", ".join(title_of(group) for group in account.groups.all()) or "none yet"
    OutgoingMail.objects.filter(person=account, kind=KIND, sent_at=None).update(next_try_at=None)
    outgoing.enqueue([_mail(invited, role, context.get("by"))])
    add_account_entry(account, action, f"Role: {role}", context)
    return invited


def _mail(invited: Invited, role: str, by: User | None) -> OutgoingMail:
    account, invitation = invited.account, invited.invitation
    name = office.current().name
    return OutgoingMail(
        kind=KIND,
        key=f"{KIND}:{account.pk}:{invitation.sent_at.isoformat()}",
        to=account.email,
        person=account,
        subject=f"{name}: your account for press releases",
        text=TEXT.format(
            by=(by.get_full_name() or by.get_username()) if by else name,
            office=name,
            role=role,
            link=outgoing.absolute_url(invited.path),
            until=format_moment(invitation.expires_at),
            username=account.get_username(),
        ),
    )
