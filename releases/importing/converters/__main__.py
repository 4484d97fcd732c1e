"""Sandboxed worker that converts files: a line of JSON and the bytes in, a line of JSON out."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from releases.content.cleaning import is_blank
from releases.importing.converters import docx, feeds, mail, odt, pages, pdf, rtf, spreadsheets
from releases.importing.converters.errors import DAMAGED, EMPTY, RefusedError
from releases.importing.extracts import Extract, to_json

MAX_MEMORY = 1_500_000_000  # bytes of address space
MAX_SECONDS = 50  # of processor time for one file
MAX_CHARACTERS = 2_000_000  # of one release; the archive takes less
TOO_LONG = f"It has more than {MAX_CHARACTERS:,} characters of text: split it first."
TOO_EXPENSIVE = "It takes too much memory to read: split it, or save it again without pictures."

CONVERTERS: dict[str, Callable[[bytes, str, str], Iterator[Extract]]] = {
    "docx": docx.convert,
    "eml": mail.convert,
    "feed": feeds.convert_xml,
    "fragment": feeds.convert_fragment,
    "html": pages.convert,
    "json_feed": feeds.convert_json,
    "mbox": mail.convert_mailbox,
    "odt": odt.convert,
    "pdf": pdf.convert,
    "rtf": rtf.convert,
    "xlsx": spreadsheets.convert,
    "wxr": feeds.convert_wordpress,
}


def answer(head: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Convert one file, whatever is in it."""
    try:
        found = CONVERTERS[head["kind"]](data, head["name"], head["selector"])
        return {"found": list(map(_checked, found))}
    except RefusedError as refusal:
        return {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        return {"refused": TOO_EXPENSIVE}
    # Libraries let any error through from a broken file, and one file must not end the run.
    except Exception:
        return {"refused": DAMAGED}


def _checked(extract: Extract) -> dict[str, Any]:
    if len(extract.text) > MAX_CHARACTERS:
        raise RefusedError(TOO_LONG)
    if is_blank(extract.text) and not (extract.refusal or extract.raw):
        return to_json(replace(extract, refusal=EMPTY))
    return to_json(extract)


def main() -> None:
    """Answer until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    while line := sys.stdin.buffer.readline():
        head = json.loads(line)
        data = sys.stdin.buffer.read(head["size"])
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + MAX_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        answers.write(json.dumps(answer(head, data)).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
