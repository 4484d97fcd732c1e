"""Export and restore of the whole archive, byte for byte; docs/backup.md has the format."""

from releases.archive.exporting import ExportResult, export
from releases.archive.folder import UnusableArchiveError
from releases.archive.restoring import restore

__all__ = ["ExportResult", "UnusableArchiveError", "export", "restore"]
