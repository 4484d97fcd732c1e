"""All admin pages of ours, registered when the app configuration imports this module."""

from releases.admin import accounts, audit, outgoing_mail, release, search_outbox, topics

__all__ = ["accounts", "audit", "outgoing_mail", "release", "search_outbox", "topics"]
