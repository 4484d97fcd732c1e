"""Proposed corrections awaiting a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from releases.models.clean_fields import CleanJSONField, CleanTextField
from releases.models.release import Release
from releases.models.version import Version


class ProposedCorrection(models.Model):
    """A change to a public release that one person proposes and another decides."""

    # Triggers make proposals and decisions immutable.
    class Status(models.TextChoices):
        OPEN = "open", "open"
        APPROVED = "approved", "approved"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "taken back"

    # Parts of a snapshot that a proposal may change: not files, number or slug.
    CONTENT = (*Release.PRINTED_FIELDS, "sections", "topics")
    KINDS = (Version.Kind.MINOR, Version.Kind.CORRECTION, Version.Kind.UPDATE)

    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, related_name="proposed_corrections"
    )
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in KINDS])
    note = CleanTextField(
        is_on_record=True, blank=True, help_text="What changes and why. Public once approved."
    )
    content = CleanJSONField(
        is_on_record=True, help_text="Text, sections and topics, as in a version's snapshot."
    )
    base_number = models.PositiveIntegerField(help_text="Number of the version it is based on.")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = CleanTextField(
        is_on_record=True, blank=True, help_text="Reason for the decision. Only staff can see it."
    )

    class Meta:
        ordering = ["id"]
        default_permissions = ()  # see publishing/roles.py
        constraints = [
            models.UniqueConstraint(
                fields=["release"], condition=Q(status="open"), name="one_open_proposal_a_release"
            ),
            models.CheckConstraint(
                name="proposal_has_kind_and_note",
                condition=Q(kind="minor") | Q(kind__in=["correction", "update"]) & ~Q(note=""),
            ),
            models.CheckConstraint(
                name="proposal_is_open_or_decided",
                condition=Q(
                    status="open", decided_by__isnull=True, decided_at__isnull=True, reason=""
                )
                | Q(status__in=["approved", "declined", "withdrawn"], decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="declined_proposal_has_reason", condition=~Q(status="declined", reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.release_id} proposed by {self.proposer}"

    @property
    def proposer(self) -> str:
        """Return the full name or username of the person who proposed it."""
        return self.proposed_by.get_full_name() or self.proposed_by.get_username()

    @classmethod
    def content_of(cls, snapshot: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part of a snapshot that a proposal may change."""
        return {name: snapshot[name] for name in cls.CONTENT}

    @property
    def base(self) -> Version:
        """Return the version it is based on."""
        return self.release.versions.get(number=self.base_number)

    def changed(self) -> dict[str, Any]:
        """Return the values that differ from its base, by name in the snapshot."""
        base = self.content_of(self.base.snapshot)
        return {name: value for name, value in self.content.items() if value != base[name]}

    def conflicts(self, latest: Version) -> list[str]:
        """Return the names in the snapshot that the latest version has changed differently."""
        if latest.number == self.base_number:
            return []
        base, now = self.base.snapshot, latest.snapshot
        return [
            name for name, value in self.changed().items() if now[name] not in (base[name], value)
        ]
