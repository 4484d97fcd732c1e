"""What staff see. Django finds it here and registers what the modules hold."""

from releases.admin import release, topic

__all__ = ["release", "topic"]
