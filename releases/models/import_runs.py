"""Imports that staff run in the background: files, their rehearsal, and what became of each record.

Never public, exported or restored.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from releases.models.clean_fields import CleanJSONField, CleanLineField, CleanTextField
from releases.models.release import Release


class ImportRun(models.Model):
    """Files that one person uploaded, read in a rehearsal first, then imported as drafts."""

    class State(models.TextChoices):
        READING = "reading", "being read"
        REHEARSED = "rehearsed", "read, not imported yet"
        IMPORTING = "importing", "being imported"
        DONE = "done", "imported"
        CANCELLED = "cancelled", "cancelled"
        FAILED = "failed", "could not be read"
        TAKEN_BACK = "taken back", "taken back"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=32)
    state = models.CharField(max_length=12, choices=State, default=State.READING)
    at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    # Until when a worker has the run is this and import_runs.LEASE; null: no worker has it.
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    names = CleanJSONField(help_text="Names of the files.")
    handle = models.TextField(blank=True, help_text="Signed key of the files; empty once deleted.")
    origin = CleanLineField(is_markdown=True, blank=True)
    options = models.JSONField(
        default=dict, help_text="Order of dates, and fields by columns for each set of columns."
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    rehearsal = CleanJSONField(null=True)
    error = CleanTextField(is_markdown=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["by", "token"], name="import_is_sent_once")]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["reading", "importing"]),
                name="import_run_due",
            )
        ]

    def __str__(self) -> str:
        return f"Import of {', '.join(self.names)[:80]}"

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.READING, self.State.IMPORTING)


class ImportedRecord(models.Model):
    """Outcome of one file, line or row of an import."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="records")
    position = models.PositiveIntegerField()
    source = CleanLineField(is_markdown=True)
    outcome = models.CharField(max_length=12)
    release = models.ForeignKey(Release, null=True, on_delete=models.SET_NULL, related_name="+")
    # Of the release right after this import: a later one shows that somebody changed it.
    release_updated_at = models.DateTimeField(null=True)
    warnings = CleanJSONField(default=list)

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="record_is_imported_once")
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.outcome}"
