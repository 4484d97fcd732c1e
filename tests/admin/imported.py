"""Sample input for the import page."""

import json

from django.urls import reverse

from releases.importing import background

PAGE = reverse("admin:releases_release_import")
TEXT = """\
County Opens a Records Office

3/4/2012

Contact: (555) 010-0100

SPRINGFIELD – The county opened a records office today. For the hours, please visit

It is open to all, said the clerk.

# # #
"""
RECORD = {"title": "One", "date": "2024-05-14", "body": "SPRINGFIELD – A text.", "language": "en"}


def import_queued(client, page):
    """Import what an upload has queued for rehearsal; return the page of its outcome."""
    chain = getattr(page, "redirect_chain", [])
    if not chain or "/import/run/" not in chain[-1][0]:
        return page
    address = chain[-1][0]
    background.process()
    client.post(f"{address}start/")
    background.process()
    outcome = client.get(address)
    outcome.redirect_chain = chain
    return outcome


def jsonl(*records):
    return "\n".join(map(json.dumps, records)).encode()
