"""What staff see. Django finds it here and registers what the modules hold."""

from releases.admin import accounts, audit, release, search_outbox, topics

__all__ = ["accounts", "audit", "release", "search_outbox", "topics"]
