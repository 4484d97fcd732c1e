"""Pictures and shapes of Rich Text Format, with the alt texts in their properties."""

from __future__ import annotations

from dataclasses import dataclass, field

from releases.content import rich_text
from releases.content.left_out import name_picture
from releases.importing.converters.pictures import Collector
from releases.importing.extracts import MAX_BYTES

PICTURE, SHAPE, PROPERTIES, NAME, VALUE = "picture", "shape", "properties", "name", "value"
KINDS = frozenset({PICTURE, SHAPE, PROPERTIES, NAME, VALUE})
# Where a control word begins a group of the kind, within a group of these kinds.
_GROUPS = {
    "pict": (PICTURE, ("text", SHAPE, VALUE)),
    "shpinst": (SHAPE, ("text", SHAPE, VALUE)),
    "do": (SHAPE, ("text", SHAPE)),
    "picprop": (PROPERTIES, (PICTURE,)),
    "sn": (NAME, (PROPERTIES, SHAPE)),
    "sv": (VALUE, (PROPERTIES, SHAPE)),
}
BOXES = frozenset({"shptxt", "dptxbxtext"})
_ALT = "wzDescription"


@dataclass
class _Open:
    """A picture, shape or text box that is read; a text box has pictures of its own."""

    kind: str
    alt: str = ""
    data: bytes | None = None


@dataclass
class Pictures:
    """Pictures with alt text, and names of the others."""

    found: Collector = field(default_factory=Collector)
    left_out: list[str] = field(default_factory=list)
    has_shown: bool = False  # the last shape's words or picture, which its substitute repeats
    _open: list[_Open] = field(default_factory=list)
    _digits: list[str] = field(default_factory=list)
    _size: int = 0
    _name: list[str] = field(default_factory=list)
    _value: list[str] = field(default_factory=list)

    def kind_of(self, word: str, outer: str) -> str:
        """Return the kind of a group that begins with the word; "" if it is none of these."""
        kind, within = _GROUPS.get(word, ("", ()))
        return kind if outer in within else ""

    def begin(self, kind: str) -> None:
        if kind == NAME:
            self._name, self._value = [], []
        elif kind == VALUE:
            self._value = []
        elif kind != PROPERTIES:
            self._open.append(_Open(kind))
            self._digits, self._size = [], 0

    def begin_box(self) -> None:
        self._open.append(_Open("box"))
        self.has_shown = True

    def end_box(self) -> None:
        self._open.pop()

    def text(self, kind: str, text: str) -> None:
        """Take the text of a group: a picture's are hexadecimal digits."""
        if kind == NAME:
            self._name.append(text)
        elif kind == VALUE:
            self._value.append(text)
        elif kind == PICTURE and self._size <= 2 * MAX_BYTES:
            self._digits.append(text)
            self._size += len(text)

    def binary(self, data: bytes) -> None:
        """Take a picture that is written as bytes."""
        self._open[-1].data = data

    def end(self, kind: str) -> None:
        """End a group: a property, a picture or a shape."""
        if kind == VALUE:
            self._end_property()
        elif kind in (PICTURE, SHAPE):
            ended = self._open.pop()
            if kind == PICTURE and ended.data is None:
                ended.data = _decode("".join(self._digits))
            self._end(ended, self._open[-1] if self._open else None)

    def _end_property(self) -> None:
        name = "".join(self._name).strip()
        if name == _ALT and self._open:
            self._open[-1].alt = rich_text.collapse("".join(self._value))
        self._name = []

    def _end(self, ended: _Open, outer: _Open | None) -> None:
        if ended.data is None:  # a shape without a picture
            return
        self.has_shown = True
        if ended.kind == PICTURE and outer and outer.kind == SHAPE:
            outer.data, outer.alt = ended.data, outer.alt or ended.alt
        elif not self.found.add(ended.alt, ended.data):
            self.left_out.append(name_picture(ended.alt))


def _decode(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""
