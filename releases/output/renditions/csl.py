"""A release as CSL-JSON (https://docs.citationstyles.org/en/stable/specification.html): a report
of genre "Press release", its office an author with a literal name."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from releases.output.edition import Edition


def make(edition: Edition) -> bytes:
    """A list of one item, as reference managers take it."""
    return (json.dumps([item(edition)], ensure_ascii=False, indent=2) + "\n").encode()


def item(edition: Edition) -> dict[str, Any]:
    """The item itself."""
    date = edition.date
    return {
        "id": f"release-{edition.number}",
        "type": "report",
        "genre": "Press release",
        "author": [{"literal": settings.OFFICE_NAME}],
        "publisher": settings.OFFICE_NAME,
        "title": edition.title,
        "number": edition.number,
        "issued": {"date-parts": [[date.year, date.month, date.day]]},
        "version": str(edition.version.number),
        "language": edition.text.language,
        "URL": edition.permalink,
    }
