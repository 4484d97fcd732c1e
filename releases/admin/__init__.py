"""What staff see. Django finds it here and registers what the modules hold."""

from releases.admin import account, audit, release, topic, waiting

__all__ = ["account", "audit", "release", "topic", "waiting"]
