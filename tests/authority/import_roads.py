"""Roads by which imports change a release: file, pasted text, edited draft and command."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from releases.importing import background
from releases.models import ImportRun
from tests.authority.table import STATES
from tests.authority.walk import (
    CHANGED,
    Walk,
    record,
)


def changed_record(walk: Walk) -> dict[str, Any]:
    state = next(name for name in STATES if str(walk.release.source_key).endswith(name))
    return record(state, body=CHANGED)


def jsonl(*records: dict[str, Any]) -> SimpleUploadedFile:
    return SimpleUploadedFile("archive.jsonl", "\n".join(map(json.dumps, records)).encode())


def import_file(walk: Walk) -> None:
    carry_out(walk, upload=[jsonl(changed_record(walk))])


def import_paste(walk: Walk) -> None:
    carry_out(walk, text=json.dumps(changed_record(walk)))


def carry_out(walk: Walk, **sent: Any) -> None:
    """Upload, rehearse and import."""
    queued = walk.post("release_import", **sent)
    background.process()
    for run in ImportRun.objects.filter(by=walk.person) if queued.status_code == 302 else ():
        walk.post("release_import_step", run.token, "start")
    background.process()


def import_new(walk: Walk) -> None:
    carry_out(walk, upload=[jsonl(record("draft", id="new"))])


def carried(source: bytes) -> dict[str, Any]:
    """Return the form that carries the source of a pasted text to the next step."""
    brought = {"name": "pasted.txt", "source": base64.b64encode(source).decode()}
    rows = {"sections-TOTAL_FORMS": 0, "sections-INITIAL_FORMS": 0}
    return {**brought, "title": "Mended", "body": CHANGED, **rows}


def import_mended(walk: Walk) -> None:
    """Import the release's own source with edited fields."""
    source = walk.release.source_text.encode()
    walk.post("release_import_draft", **carried(source))


def import_by_command(walk: Walk) -> None:
    file = walk.folder / "archive.jsonl"
    file.write_text(json.dumps(changed_record(walk)))
    with suppress(CommandError, SystemExit):
        call_command("import_releases", str(file), stdout=StringIO(), stderr=StringIO())
