"""All admin pages of ours, registered when the app configuration imports this module."""

from releases.admin import (
    accounts,
    audit,
    boilerplate,
    contacts,
    journalists,
    office,
    outgoing_calls,
    outgoing_mail,
    redirects,
    release,
    release_templates,
    search_outbox,
    search_words,
    topics,
)

__all__ = [
    "accounts",
    "audit",
    "boilerplate",
    "contacts",
    "journalists",
    "office",
    "outgoing_calls",
    "outgoing_mail",
    "redirects",
    "release",
    "release_templates",
    "search_outbox",
    "search_words",
    "topics",
]
