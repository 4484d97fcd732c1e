"""Import of Word documents and of web pages, a file for each release."""

from __future__ import annotations

import html
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings

from tools.bench import corpus, site
from tools.bench.tables import Table, timed

COUNT = 2_000
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
RELATIONS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/></Relationships>"""
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""


def run(count: int = COUNT) -> Iterator[Table]:
    """Yield wall-clock rates, which include the database, and the peak memory of each process."""
    rows = []
    for number, (name, write) in enumerate(((".docx", _write_word), (".html", _write_page))):
        folder = Path(settings.VAR_DIR) / f"documents{number}"
        folder.mkdir()
        for index, row in enumerate(corpus.rows(count)):
            write(folder / f"{index:06}{name}", _paragraphs(row, name))
        seconds, peak = site.apart(_seconds, folder)
        rows.append((name, count / seconds, peak))
    yield Table(f"Import of documents, {count:,} of each", ("format", "files/s", "peak MB"), rows)


def _seconds(folder: Path) -> float:
    return timed(partial(site.load, folder), time.perf_counter) / 1000


def _paragraphs(row: corpus.Row, kind: str) -> list[str]:
    printed = (f"{row['title']} ({kind})", row["date"], *str(row["body"]).split("\n\n"))
    return [html.escape("".join(filter(str.isprintable, str(each)))) for each in printed]


def _write_word(path: Path, paragraphs: list[str]) -> None:
    inner = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        text = f'<w:document xmlns:w="{WORD}"><w:body>{inner}</w:body></w:document>'
        package.writestr("word/document.xml", text)


def _write_page(path: Path, paragraphs: list[str]) -> None:
    title, *rest = paragraphs
    inner = "".join(f"<p>{each}</p>" for each in rest)
    path.write_text(
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><nav><a href=/>Home</a>"
        f"</nav><main><h1>{title}</h1>{inner}</main><footer>The office</footer></body></html>",
        encoding="utf-8",
    )
