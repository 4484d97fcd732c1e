"""Sample input for the import page."""

import json

from django.urls import reverse

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


def jsonl(*records):
    return "\n".join(map(json.dumps, records)).encode()
