"""Typesetting process: compiles `main.typ` of a folder to `release.pdf` (`python -m`).

It tries PDF/UA-1 and PDF/A-2u with the typefaces of the site, then with those of the system as
well, then without the standards, which refuse characters that no typeface has. What only PDF/A-2u
refuses, such as a very long string, it sets by PDF/UA-1. Limits bound its memory and time.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from typst import PDFStandard

MAX_MEMORY = 4 * 1024**3  # bytes of address space, which files of typefaces take up
MAX_SECONDS = 30
STANDARDS: list[PDFStandard] = ["ua-1", "a-2u"]
UA_ONLY: list[PDFStandard] = ["ua-1"]
OWN = "DejaVu Serif"
REGIONS = {"ja": "JP", "ko": "KR", "zh-tw": "TC", "zh-hk": "HK", "zh-hant": "TC"}
NO_GLYPH = "could not be displayed"


def main(folder: Path, language: str, fonts: list[Path]) -> None:
    """Write the PDF. Raises TypstError."""
    for with_system in (False, True):
        for standards in (STANDARDS, UA_ONLY):
            try:
                return _compile(folder, language, _fonts(fonts, with_system), standards)
            except typst.TypstError as error:
                if NO_GLYPH in error.message:
                    break
                if standards is UA_ONLY:
                    raise
    return _compile(folder, language, _fonts(fonts, True), [])


def _fonts(folders: list[Path], with_system: bool) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=with_system, include_embedded_fonts=False, font_paths=folders
    )


def _compile(folder: Path, language: str, fonts: typst.Fonts, standards: list[PDFStandard]) -> None:
    inputs = {
        "fonts": ",".join(_families(fonts.families(), language)),
        "incomplete": "" if standards else "yes",
    }
    # Without a time: the document states its own, and equal editions give equal bytes.
    compiler = typst.Compiler(
        input=folder / "main.typ", font_paths=fonts, root=folder, sys_inputs=inputs
    )
    compiler.compile(output=folder / "release.pdf", pdf_standards=standards, timestamp=0)


def _families(present: list[str], language: str) -> list[str]:
    """Return typefaces in order of preference, those of the language's script first."""
    subtags = language.lower()
    cjk = REGIONS.get(subtags) or REGIONS.get(subtags.partition("-")[0]) or "SC"
    wanted = [OWN, f"Noto Serif CJK {cjk}", f"Noto Sans CJK {cjk}", "Noto Naskh Arabic"]
    return [name for name in [*wanted, "DejaVu Sans"] if name in present]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    main(Path(sys.argv[1]), sys.argv[2], [Path(argument) for argument in sys.argv[3:]])
