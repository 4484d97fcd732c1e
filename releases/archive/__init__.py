"""The whole archive out into a folder and back, byte for byte. docs/backup.md has the format."""

from releases.archive.exporting import Exported, export
from releases.archive.folder import Unusable
from releases.archive.restoring import restore

__all__ = ["Exported", "Unusable", "export", "restore"]
