"""What staff see. Django finds it here and registers what the modules hold."""

from releases.admin import audit, release, topic, waiting

__all__ = ["audit", "release", "topic", "waiting"]
