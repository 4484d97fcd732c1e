"""Open invitations of new accounts."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models


class Invitation(models.Model):
    """Invitation of an account whose person has not chosen a password yet."""

    # No token: the link is an HMAC over the account, so that a copy of the database opens none.
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="invitation",
    )
    sent_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Invitation of {self.person_id}"

    @classmethod
    def of(cls, account: User) -> Invitation | None:
        """Return the account's invitation; None once it has a password, however that was set."""
        return None if account.has_usable_password() else getattr(account, "invitation", None)

    @property
    def expires_at(self) -> datetime.datetime:
        """Return the moment from which the link no longer works."""
        return self.sent_at + datetime.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
