"""Extracts: what a converter reads of one release in a document, page, mail or feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from releases.content import rich_text
from releases.content.left_out import name_caption, name_picture
from releases.content.rich_text import Block, Run, Runs

MAX_BYTES = 5_000_000  # of one picture
MAX_WHOLE = 15_000_000  # bytes of all pictures of a release


@dataclass(frozen=True)
class Picture:
    """A picture with its alt text: its bytes in base64 (`data`), or its address in the page."""

    alt: str
    caption: str = ""
    data: str = ""
    address: str = ""


@dataclass(frozen=True)
class Extract:
    """Formatted text of one release, and what the file states about it.

    `moment` is ISO 8601, a date or a time with its zone. `is_item`: the file names title and text
    as fields, as feeds do; else the text contains the title. `raw` is an item's own source.
    `status` is what another system calls a release that it has not published. `left_out` names
    what is not imported, `furniture` the words of the page around the text.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    moment: str = ""
    language: str = ""
    url: str = ""
    topics: tuple[str, ...] = ()
    key: str = ""
    name: str = ""
    raw: str = ""
    status: str = ""
    is_item: bool = False
    left_out: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    refusal: str = ""
    pictures: tuple[Picture, ...] = ()

    @property
    def text(self) -> str:
        """Return the words, a paragraph for each block."""
        return "\n\n".join(filter(None, map(rich_text.plain, self.blocks)))


def to_json(extract: Extract) -> dict[str, Any]:
    """Return the extract as JSON values, without what is empty."""
    found = {name: value for name, value in vars(extract).items() if value and name != "blocks"}
    blocks = [_without_empty(asdict(block)) for block in extract.blocks]
    return found | {"blocks": blocks, "pictures": list(map(vars, extract.pictures))}


def from_json(found: Mapping[str, Any]) -> Extract:
    """Return the extract that `to_json` wrote."""
    values: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in found.items()
    }
    values["blocks"] = tuple(map(_block, found["blocks"]))
    values["pictures"] = tuple(Picture(**picture) for picture in found.get("pictures", ()))
    return Extract(**values)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(part) for key, part in value.items() if part}
    return list(map(_without_empty, value)) if isinstance(value, list | tuple) else value


def _block(found: Mapping[str, Any]) -> Block:
    rows = tuple(tuple(map(_runs, row)) for row in found.get("rows", ()))
    return Block(**{**found, "runs": _runs(found.get("runs", ())), "rows": rows})


def _runs(found: Any) -> Runs:
    return tuple(Run(**{"text": "", **run}) for run in found)


def names_of(picture: Picture) -> list[str]:
    """Return the words that name the picture, and its caption if it has one."""
    caption = [name_caption(picture.caption)] if picture.caption else []
    return [name_picture(picture.alt), *caption]
