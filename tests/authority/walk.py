"""One walk of a road: its person, client and release; and the releases that all walks need."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.importing import posted
from releases.importing.decoding import InputFile
from releases.importing.loader import Loader
from releases.models import (
    Release,
    Topic,
)
from tests.authority.table import STATES

CHANGED = "SPRINGFIELD – The county opened two offices."
# All different: an import warns of two releases with the same text.
BODIES = {
    "draft": "SPRINGFIELD – The county opened a records office.",
    "review": "SPRINGFIELD – A bridge across the Elm River was closed for repairs.",
    "embargoed": "SPRINGFIELD – Twelve teachers were honored by their pupils.",
    "public": "SPRINGFIELD – Voters are asked to register before autumn.",
    "withdrawn": "SPRINGFIELD – Water rates rise by two percent in July.",
    "removed": "SPRINGFIELD – Sheriff Roe named her deputies yesterday.",
    "blocked": "SPRINGFIELD – Farmers met to discuss an early drought.",
    "original": "SPRINGFIELD – La biblioteca abre sus puertas el lunes.",
}
LATER = datetime.timedelta(days=1)
WHY = "It was wrong."
TOKEN = "0123456789abcdef" * 2
TAKEN_BACK: dict[str, Callable[[Release, str], Release]] = {
    "withdrawn": publishing.withdraw,
    "removed": publishing.remove,
    "blocked": publishing.block,
}


@dataclass
class Walk:
    """State of one walk: person, client and release."""

    client: Client | None  # the system has none
    person: Any
    release: Release
    colleague: Any
    original: Release
    topic: Topic
    folder: Path
    stale: str | None = None  # expected version to send, if not the current one

    @property
    def seen(self) -> str:
        """Return the expected version, as forms send it."""
        return self.release.updated_at.isoformat() if self.stale is None else self.stale

    def post(self, name: str, /, *arguments: Any, **data: Any) -> Any:
        """Post a form to an admin URL."""
        assert self.client
        return self.client.post(reverse(f"admin:releases_{name}", args=arguments), data)


def record(state: str, **fields: Any) -> dict[str, Any]:
    """Return the record imported for a state."""
    return {
        "source": "county",
        "id": state,
        "title": f"News of the {state.title()}",
        "date": "2024-05-14",
        "contact": "(555) 010-0100",
        "dateline": "SPRINGFIELD",
        "body": BODIES[state],
        "language": "en",
        **fields,
    }


def load(*records: dict[str, Any], approve: bool = False) -> None:
    """Import records as the system."""
    lines = "\n".join(map(json.dumps, records)).encode()
    found = posted.read([InputFile("archive.jsonl", lines)])
    list(Loader(approve=approve).load(found))


def release_of(state: str) -> Release:
    """Return the current release in that state."""
    return Release.objects.get(source_key__endswith=state)


def bring_about() -> None:
    """Create a release in each state, and a public one in another language."""
    public = [state for state in STATES if state not in ("draft", "review", "embargoed")]
    load(*(record(state) for state in STATES if state not in public))
    load(*(record(state) for state in public), record("original", language="es"), approve=True)
    publishing.submit(release_of("review"))
    publishing.approve(release_of("embargoed"), timezone.now() + LATER)
    for state, verb in TAKEN_BACK.items():
        verb(release_of(state), WHY)
