"""Roads to rows that are no releases: contacts, boilerplates, redirects, synonyms and so on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps

from releases.models import (
    Boilerplate,
    Contact,
    MissedAddress,
    MissedSearch,
    PinnedResult,
    Redirect,
    ReleaseTemplate,
    Synonym,
)
from tests.authority.press_roads import make_journalist
from tests.authority.walk import Walk

OLD_REDIRECT = {"address": "/older", "key": "/older", "target": "/releases/", "status": 301}
MISSED = {"address": "/missed", "key": "/missed", "hits": 1, "last_seen": "2024-05-14"}
OLD_SYNONYM = {"words": "auto, automobile"}
OLD_PINNED = {"queries": "water", "releases": "2024-0001"}
MISSED_SEARCH = {"query": "drout", "week": "2024-05-13", "searches": 1, "results": 0}
_NO_SECTIONS = {"sections-TOTAL_FORMS": 0, "sections-INITIAL_FORMS": 0}
PARTS: dict[str, dict[str, Any]] = {
    "contact": {"name": "Jane Roe", "phone": "(555) 010-0100"},
    "boilerplate": {"name": "About", "body": "It serves all."},
    "redirect": {"address": "/old", "target": "/releases/", "status": 301},
    "releasetemplate": {"name": "Statement", "language": "en", **_NO_SECTIONS},
    "synonym": {"words": "cell phone, mobile phone", "kind": "synonym", "is_used": "on"},
    "pinnedresult": {"queries": "budget", "releases": "2024-0001"},
    "journalist": {"name": "Ben", "address": "ben@example.org", "language": "en"},
    "presstag": {"name": "Water"},
}


def of_parts(page: str, **fields: Any) -> Callable[[Walk], None]:
    """Send the form of a contact, boilerplate or template, or delete the one that is there."""
    model = apps.get_model("releases", page.partition("_")[0])

    def send(walk: Walk) -> None:
        is_new = page.endswith("_add") or page.endswith("_changelist")
        # A new database has standard synonyms.
        keys = [] if is_new else [model._default_manager.latest("pk").pk]
        chosen = [row.pk for row in model._default_manager.all()]
        listed = {"action": "delete_selected", "_selected_action": chosen}
        more = listed if page.endswith("_changelist") else {}
        walk.post(page, *keys, **fields, **more)

    return send


def make_part(model: str, **fields: Any) -> Callable[[Walk], None]:
    return lambda walk: apps.get_model("releases", model)._default_manager.create(**fields)


def make_parts() -> None:
    """Create a contact, a boilerplate and a template."""
    Contact.objects.create(name="Jane Roe", phone="(555) 010-0100")
    Boilerplate.objects.create(name="Old")
    ReleaseTemplate.objects.create(name="Old")
    Redirect.objects.create(**OLD_REDIRECT)
    MissedAddress.objects.create(**MISSED)
    Synonym.objects.create(**OLD_SYNONYM)
    PinnedResult.objects.create(**OLD_PINNED)
    MissedSearch.objects.create(**MISSED_SEARCH)
    make_journalist()
