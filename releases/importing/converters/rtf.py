"""Rich Text Format 1.9 (Word, WordPad, TextEdit, LibreOffice)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from releases.content import rich_text
from releases.content.rich_text import Block, Run, Runs
from releases.importing.converters import rtf_pictures
from releases.importing.converters.errors import EMPTY, RefusedError
from releases.importing.converters.rtf_pictures import Pictures
from releases.importing.extracts import Extract

MAX_DEPTH = 500  # of groups
TOO_DEEP = f"Its groups are nested more than {MAX_DEPTH} deep."

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_SIGNS = {"~": " ", "_": "-", "-": ""}
_CHARACTERS = {
    **{"par": "\n", "line": "\n", "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘"},
    **{"rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " "},
    **{"enspace": " ", "qmspace": " ", "zwj": "", "zwnj": "", "zwbo": "", "zwnbo": ""},
}
# Groups that are not the document's words.
_SKIPPED = frozenset(
    (
        *("fonttbl", "colortbl", "stylesheet", "info", "object", "themedata", "datastore"),
        *("colorschememapping", "latentstyles", "listtable", "listoverridetable", "rsidtbl"),
        *("generator", "xmlnstbl", "mmathPr", "pgdsctbl", "revtbl", "filetbl", "template"),
        *("userprops", "docvar", "bkmkstart", "bkmkend", "nonshppict", "fldtype"),
        *("passwordhash", "wgrffmtfilter", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "atrfstart"),
        *("atrfend", "atnid", "atnref", "atndate", "formfield", "datafield", "blipuid"),
    )
)
# Groups whose words are named in a warning.
_NAMED = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), ""),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), ""),
    **{"annotation": "comment", "footnote": "footnote"},
}
_LINK = re.compile(r"HYPERLINK\s+(?:\\l\s+)?\"?(?P<address>[^\"\s]+)\"?")
_NUMBER = re.compile(r"\(?(\d{1,4})[.)]")
_MAX_LIST_LEVEL = 8
_MAC, _PC, _PCA = "mac-roman", "cp437", "cp850"
# Of fonts (\fcharset).
_CHARSETS = {
    **{0: "cp1252", 77: _MAC, 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5"},
    **{161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256"},
    **{186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"},
}


@dataclass(frozen=True)
class _State:
    """Format and kind of the group that is read; `skip` is the number of characters that a
    Unicode character has as a substitute. `depth` is that of the group that began a picture, a
    shape or a text box."""

    kind: str = "text"  # text, skipped, instruction, mark, a key of _NAMED or one of Pictures
    depth: int = 0
    is_strong: bool = False
    is_emphasis: bool = False
    is_hidden: bool = False
    address: str = ""
    skip: int = 1
    encoding: str = ""


def convert(data: bytes, name: str, selector: str = "") -> Iterator[Extract]:
    """Yield the document's release."""
    reader = _Reader()
    reader.read(data)
    if not reader.blocks:
        raise RefusedError(EMPTY)
    left_out = dict.fromkeys([*reader.left_out, *reader.pictures.left_out])
    pictures = tuple(reader.pictures.found.found)
    yield Extract(tuple(reader.blocks), left_out=tuple(left_out), pictures=pictures)


# What a text box in the middle of a paragraph or table does not change.
_AROUND_BOX = ("runs", "mark", "row", "cell", "rows", "is_in_table", "level", "list_level")


@dataclass
class _Reader:
    """Collects blocks while it reads tokens."""

    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    named: list[str] = field(default_factory=list)  # words of a header, footer, comment
    instruction: list[str] = field(default_factory=list)
    mark: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    substitutes: int = 0  # characters still to skip
    codepage: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = -1  # in the font table
    row: list[Runs] = field(default_factory=list)
    cell: list[Run] = field(default_factory=list)
    rows: list[tuple[Runs, ...]] = field(default_factory=list)
    is_in_table: bool = False
    level: int = 0  # of a heading
    list_level: int = 0  # of an item
    is_new_group: bool = False
    is_optional: bool = False
    pictures: Pictures = field(default_factory=Pictures)
    around: list[dict[str, Any]] = field(default_factory=list)  # of text boxes

    def read(self, data: bytes) -> None:
        position = 0
        while token := _TOKEN.match(data, position):
            position = token.end()
            if token["hex"]:
                self._byte(int(token["hex"], 16))
                continue
            if token["text"]:
                self._bytes(token["text"])
                continue
            self._flush_bytes()
            if token["brace"]:
                self._brace(token["brace"])
            elif token["word"]:
                number = int(token["number"]) if token["number"] else None
                self._word(token["word"].decode(), number)
                if token["word"] == b"bin":
                    position = self._binary(data, position, max(number or 0, 0))
            elif token["sign"]:
                self._sign(token["sign"].decode("latin-1"))
            if not token["brace"]:
                self.is_new_group = self.is_new_group and token["sign"] == b"*"
        self._flush_bytes()
        self._end_paragraph()
        self._end_table()

    def _binary(self, data: bytes, start: int, size: int) -> int:
        """Read bytes that are no text; return where they end."""
        if self.state.kind == rtf_pictures.PICTURE:
            self.pictures.binary(data[start : start + size])
        return start + size

    def _byte(self, value: int) -> None:
        if self.substitutes:
            self.substitutes -= 1
        else:
            self.pending.append(value)
        self.is_new_group = False

    def _bytes(self, text: bytes) -> None:
        skipped = min(self.substitutes, len(text))
        self.substitutes -= skipped
        self.pending += text[skipped:]
        self.is_new_group = False

    def _flush_bytes(self) -> None:
        """Decode at once what belongs together: some code pages have two bytes a character."""
        if self.pending:
            encoding = self.state.encoding or self.codepage
            self._text(bytes(self.pending).decode(encoding, "replace"))
            self.pending.clear()

    def _text(self, text: str) -> None:
        kind = self.state.kind
        if kind == "text" and not self.state.is_hidden:
            state = self.state
            self.runs.append(Run(text, state.is_strong, state.is_emphasis, state.address))
        elif kind == "instruction":
            self.instruction.append(text)
        elif kind == "mark":
            self.mark.append(text)
        elif kind in _NAMED:
            self.named.append(text)
        elif kind in rtf_pictures.KINDS:
            self.pictures.text(kind, text)

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            if len(self.stack) >= MAX_DEPTH:
                raise RefusedError(TOO_DEEP)
            self.stack.append(self.state)
            self.is_new_group, self.is_optional = True, False
        elif self.stack:
            depth = len(self.stack)
            ended, self.state = self.state, self.stack.pop()
            self.substitutes = 0
            if ended.depth == depth and ended.kind in rtf_pictures.KINDS:
                self.pictures.end(ended.kind)
            elif ended.depth == depth:
                self._end_box()
            if ended.kind in _NAMED and self.state.kind not in _NAMED:
                self._name(ended.kind)

    def _name(self, kind: str) -> None:
        words, self.named = rich_text.collapse("".join(self.named)), []
        if words:
            self.left_out.append(f"{_NAMED[kind]} “{words}”" if _NAMED[kind] else words)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self.is_optional = True
        elif sign in "\r\n":
            self._word("par", None)
        else:
            self._text(_SIGNS.get(sign, sign))

    def _word(self, word: str, number: int | None) -> None:
        if self.is_new_group and self._begin_group(word):
            return
        if word == "u" and number is not None:
            self._unicode(number)
        elif word in ("par", "sect", "page"):
            self._break()
        elif word in ("cell", "nestcell"):
            self._end_cell()
        elif word in ("row", "nestrow"):
            self._end_row()
        elif word in _CHARACTERS:
            self._text(_CHARACTERS[word])
        else:
            self._format(word, number)

    def _begin_group(self, word: str) -> bool:
        """Set the kind of a new group; return whether the word did."""
        state, kind = self.state, ""
        if word == "fonttbl":
            kind = "fonts"
        elif word == "fldinst":
            kind, self.instruction = "instruction", []
        elif word == "fldrslt":
            found = _LINK.search("".join(self.instruction))
            self.state = replace(state, address=found["address"] if found else state.address)
            return True
        elif word in ("listtext", "pntext"):
            kind, self.mark = "mark", []
        elif word in _NAMED:
            kind = word
        elif word in rtf_pictures.BOXES and state.kind == rtf_pictures.SHAPE:
            self._begin_box()
            return True
        elif kind := self.pictures.kind_of(word, state.kind):
            self.pictures.begin(kind)
            self.state = replace(state, kind=kind, depth=len(self.stack))
            return True
        elif (
            (word == "shprslt" and self.pictures.has_shown)
            or word in _SKIPPED
            or (self.is_optional and word not in ("shppict", "shptxt"))
        ):
            kind = "skipped"
        if word == "shp":
            self.pictures.has_shown = False
        if word == "object" and state.kind == "text":
            self.left_out.append("picture")
        if not kind or state.kind == "skipped":
            return False
        self.state = replace(state, kind=kind)
        return True

    def _begin_box(self) -> None:
        """Begin a text box, whose words come before the paragraph or table that it is in."""
        if not self.is_in_table:
            self._end_table()
        self.around.append({name: getattr(self, name) for name in _AROUND_BOX})
        fresh = _Reader()
        for name in _AROUND_BOX:
            setattr(self, name, getattr(fresh, name))
        self.pictures.begin_box()
        self.state = _State(skip=self.state.skip, depth=len(self.stack))

    def _end_box(self) -> None:
        self._end_paragraph()
        self._end_table()
        for name, value in self.around.pop().items():
            setattr(self, name, value)
        self.pictures.end_box()

    def _unicode(self, number: int) -> None:
        code = number + 65_536 if number < 0 else number
        self.substitutes = self.state.skip
        if code < 0x110000:  # halves of a pair are joined at the end of the paragraph
            self._text(chr(code))

    def _format(self, word: str, number: int | None) -> None:
        state, is_on = self.state, number != 0
        if word == "b":
            self.state = replace(state, is_strong=is_on)
        elif word == "i":
            self.state = replace(state, is_emphasis=is_on)
        elif word == "v":
            self.state = replace(state, is_hidden=is_on)
        elif word == "plain":
            self.state = replace(state, is_strong=False, is_emphasis=False, is_hidden=False)
        elif word == "uc":
            self.state = replace(state, skip=max(number or 0, 0))
        elif word == "pard" and state.kind == "text":
            self.is_in_table, self.level, self.list_level = False, 0, 0
        elif word == "ilvl" and state.kind == "text":
            self.list_level = min(max(number or 0, 0), _MAX_LIST_LEVEL)
        elif word == "outlinelevel" and state.kind == "text":
            self.level = (number or 0) + 1
        elif word in ("intbl", "trowd"):
            self.is_in_table = True
        else:
            self._encoding(word, number)

    def _encoding(self, word: str, number: int | None) -> None:
        named = {"mac": _MAC, "pc": _PC, "pca": _PCA}.get(word, "")
        if word == "ansicpg" and number:
            named = "utf-8" if number == 65_001 else f"cp{number}"
        if named and _is_codec(named):
            self.codepage = named
        elif word == "f" and number is not None:
            if self.state.kind == "fonts":
                self.font = number
            else:
                self.state = replace(self.state, encoding=self.fonts.get(number, ""))
        elif word == "fcharset" and self.state.kind == "fonts":
            charset = number or 0
            # 0 is the document's own code page.
            self.fonts[self.font] = _CHARSETS.get(charset, "") if charset else ""

    def _break(self) -> None:
        if self.state.kind in _NAMED:
            self.named.append(" ")
        elif self.state.kind != "text":
            return
        elif self.is_in_table:
            self.cell += [*self.runs, Run(" ")]
            self.runs = []
        else:
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        runs, self.runs = _joined(self.runs), []
        mark, self.mark = "".join(self.mark).strip(), []
        if not rich_text.text_of(runs).strip():
            return
        self._end_table()
        if not mark:
            is_heading = 0 < self.level < 7
            kind = "heading" if is_heading else "paragraph"
            self.blocks.append(Block(kind, runs, self.level if is_heading else 0))
            return
        number = _NUMBER.match(mark)
        mark = f"{number[1]}." if number else "-"
        self.blocks.append(Block("item", runs, self.list_level, mark))

    def _end_cell(self) -> None:
        if self.state.kind == "text":
            self.row.append(_joined([*self.cell, *self.runs]))
            self.runs, self.cell = [], []

    def _end_row(self) -> None:
        if self.row:
            self.rows.append(tuple(self.row))
            self.row = []

    def _end_table(self) -> None:
        """End a table: one row or column is layout."""
        self._end_row()
        rows, self.rows = self.rows, []
        if len(rows) > 1 and max(map(len, rows)) > 1:
            self.blocks.append(Block("table", rows=tuple(rows)))
            return
        cells = [cell for row in rows for cell in row]
        filled = [cell for cell in cells if rich_text.text_of(cell).strip()]
        self.blocks += [Block("paragraph", cell) for cell in filled]


def _joined(runs: list[Run]) -> Runs:
    """Return the runs with the halves of surrogate pairs joined."""
    return tuple(replace(run, text=_paired(run.text)) for run in rich_text.merge(runs))


def _paired(text: str) -> str:
    if not any(0xD800 <= ord(character) < 0xE000 for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_codec(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
