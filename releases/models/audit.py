"""Audit log of what people and the system did to releases and accounts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from releases.models.clean_fields import CleanLineField, CleanTextField
from releases.models.release import Release


class AuditEntry(models.Model):
    """One action on one release, account or redirect, or on the office."""

    # Append-only by trigger. No foreign key constraint: entries outlive a deleted draft.

    class Action(models.TextChoices):
        CREATED = "created", "created it"
        EDITED = "edited", "edited it"
        SUBMITTED = "submitted", "submitted it for review"
        SENT_BACK = "sent back", "sent it back"
        APPROVED = "approved", "approved it"
        RESCHEDULED = "rescheduled", "changed its release time"
        RECALLED = "recalled", "recalled its approval"
        CORRECTED = "corrected", "corrected it"
        UPDATED = "updated", "updated it"
        CORRECTION_PROPOSED = "proposed", "proposed a correction of it"
        CORRECTION_APPROVED = "accepted", "approved a proposed correction of it"
        CORRECTION_DECLINED = "declined", "declined a proposed correction of it"
        CORRECTION_TAKEN_BACK = "retracted", "took back a proposed correction of it"
        RENAMED = "renamed", "changed its address"
        TRANSLATION_CHANGED = "paired", "changed its translation"
        TOPICS_CHANGED = "filed", "changed its topics"
        WITHDRAWN = "withdrew", "withdrew it"
        REMOVED = "removed", "removed it"
        BLOCKED = "blocked", "blocked it by law"
        REINSTATED = "reinstated", "reinstated it"
        PREVIEW_SHARED = "shared", "shared a preview of it"
        PREVIEW_REVOKED = "revoked", "revoked a preview of it"
        SENT_TO_PRESS = "sent to press", "sent it to the press"
        PRESS_CANCELED = "press canceled", "canceled a mailing of it to the press"
        DELETED = "deleted", "deleted the draft"
        INVITED = "invited", "invited"
        INVITED_AGAIN = "invited again", "sent a new invitation to"
        INVITATION_REVOKED = "uninvited", "revoked the invitation of"
        INVITATION_ACCEPTED = "joined", "accepted the invitation of"
        DEACTIVATED = "deactivated", "deactivated the account of"
        REACTIVATED = "reactivated", "reactivated the account of"
        ROLE_CHANGED = "role", "changed the role of"
        OFFICE_CHANGED = "office", "changed the office’s settings"

        REDIRECT_ADDED = "redirected", "redirected"
        REDIRECT_CHANGED = "redirect changed", "changed the redirect of"
        REDIRECT_DELETED = "redirect deleted", "deleted the redirect of"
        SYNONYM_ADDED = "synonym added", "added the synonym"
        SYNONYM_CHANGED = "synonym changed", "changed the synonym"
        SYNONYM_DELETED = "synonym deleted", "deleted the synonym"
        PINNED_ADDED = "pinned", "pinned results of the search"
        PINNED_CHANGED = "pins changed", "changed the pinned results of the search"
        PINNED_DELETED = "pins deleted", "deleted the pinned results of the search"
        PRESS_LIST_IMPORTED = "press imported", "imported journalists to the"
        PRESS_LIST_EXPORTED = "press exported", "exported the journalists of the"
        PRESS_CLEARED = "press cleared", "allowed mail again to the journalist"

    release = models.ForeignKey(
        Release,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="audit_entries",
        help_text="Empty for an account, a redirect, the search or the office.",
    )
    subject = CleanLineField(
        is_on_record=True,
        help_text="Number and title of the release, account or old address, at that time.",
    )
    action = models.CharField(max_length=20, choices=Action, db_column="deed")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty for the system, for example a command-line import.",
    )
    at = models.DateTimeField()
    why = CleanTextField(is_on_record=True, blank=True)
    origin = CleanTextField(
        is_on_record=True,
        is_markdown=True,
        blank=True,
        help_text="Where the action came from, for example “admin”.",
    )

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "audit entries"
        db_table = "releases_auditline"
        indexes = [models.Index(fields=["-at", "-id"], name="auditline_newest")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.who} {self.get_action_display()}"

    @property
    def who(self) -> str:
        """Return the person's full name or username, or the system's name."""
        return (self.by.get_full_name() or self.by.get_username()) if self.by else "The system"
