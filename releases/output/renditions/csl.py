"""CSL-JSON rendition (https://docs.citationstyles.org/en/stable/specification.html): a report of
genre “Press release”, the office a literal author."""

from __future__ import annotations

import json
from typing import Any

from pressroom.infra import office
from releases.output.edition import Edition


def make(edition: Edition) -> bytes:
    """Return a list of one item, as reference managers expect."""
    return (json.dumps([item(edition)], ensure_ascii=False, indent=2) + "\n").encode()


def item(edition: Edition) -> dict[str, Any]:
    date = edition.date
    return {
        "id": f"release-{edition.number}",
        "type": "report",
        "genre": "Press release",
        "author": [{"literal": office.current().name}],
        "publisher": office.current().name,
        "title": edition.title,
        "number": edition.number,
        "issued": {"date-parts": [[date.year, date.month, date.day]]},
        "version": str(edition.version.number),
        "language": edition.text.language,
        "URL": edition.permalink,
    }
