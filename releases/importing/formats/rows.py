"""Records from rows of tables and JSON objects, whose text may be HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from releases.importing import pictures
from releases.importing.decoding import InputFile, Source, UnreadableFileError
from releases.importing.fields import build_record
from releases.importing.records import Record, RejectedRecord
from releases.importing.rich_parsing import parse_rich_fields
from releases.importing.sandboxed import Converter
from releases.importing.tables import ReadOptions

# Elsewhere in a text, a tag may be what the release is about.
_HTML = re.compile(
    r"<(?:p|div|h[1-6]|ul|ol|table|blockquote|section|article|span|strong|figure)[\s>]",
    re.IGNORECASE,
)


def build_row(
    fields: Mapping[str, Any],
    source: Source,
    options: ReadOptions,
    unread: tuple[str, ...] = (),
    converter: Converter | None = None,
) -> Record | RejectedRecord:
    """Return an unparsed record for the fields; a body that begins with an element is HTML."""
    record = build_record(fields, source, options.date_order, unread)
    body = fields.get("body")
    if not (converter and isinstance(body, str) and _HTML.match(body.lstrip())):
        return record
    try:
        [extract] = converter.convert("fragment", source.name, body.encode("utf-8", "replace"))
    except UnreadableFileError as error:
        return RejectedRecord(source.name, str(error))
    # A row has no files next to it.
    loaded, missing = pictures.load(InputFile(source.name, b""), extract.pictures)
    extract = replace(extract, left_out=(*extract.left_out, *missing), pictures=())
    parse = partial(parse_rich_fields, fields, extract, source.warnings, options.date_order)
    return replace(record, parse=parse, pictures=loaded)
