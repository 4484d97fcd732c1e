"""What staff see. Django finds it here and registers what the modules hold."""

from releases.admin import release, topic, waiting

__all__ = ["release", "topic", "waiting"]
