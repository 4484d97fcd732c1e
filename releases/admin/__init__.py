"""Admin pages for staff, registered when Django imports this package."""

from releases.admin import accounts, audit, outgoing_mail, release, search_outbox, topics

__all__ = ["accounts", "audit", "outgoing_mail", "release", "search_outbox", "topics"]
