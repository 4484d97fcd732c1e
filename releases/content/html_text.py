"""HTML, as pages, mail programs and word processors write it, to formatted text.

`html_to_markdown` is the one road from HTML to restricted Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from lxml import etree, html

from releases.content import rich_text
from releases.content.left_out import name_caption, name_picture
from releases.content.rich_text import Block, Run, Runs

MAX_HTML = 5_000_000  # characters
TOO_DEEP = "Its elements are nested more than 200 deep."
TOO_LONG = f"It has more than {MAX_HTML:,} characters of HTML."


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Neither shown nor words of the text.
_UNSEEN = _tags(
    """
    script style template noscript head title meta link base object embed applet svg math canvas
    audio video source track map datalist iframe frame frameset
    """
)
_CONTROLS = _tags("button input select textarea option")
_STRONG = _tags("b strong")
_EMPHASIS = _tags("i em cite dfn var")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = _tags(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav
    ol p pre section summary table tbody td tfoot th thead tr ul
    """
)
_LISTS = _tags("ul ol menu dir")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?P<weight>\w+)", re.I)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*(?P<style>\w+)", re.I)
_WORD_LIST = re.compile(r"mso-list\s*:\s*l\d+\s+level(?P<level>\d)", re.I)
_WORD_MARK = re.compile(r"mso-list\s*:\s*ignore", re.I)
_NUMBER = re.compile(r"\(?(\d{1,4})[.)]")
_MAX_NAMED = 2_000  # characters of what is left out
_MAX_CELL = 500  # characters; a longer cell is part of a page's layout


class UnreadableHTMLError(ValueError):
    """Refusal of HTML that exceeds a limit; the message is a sentence."""


@dataclass(frozen=True)
class FormattedText:
    """Blocks, and names for people of what they leave out: pictures, frames, form controls."""

    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()


def html_to_markdown(source: str) -> tuple[str, tuple[str, ...]]:
    """Return restricted Markdown of a fragment or page, and names of what it leaves out.

    Raises UnreadableHTMLError.
    """
    found = read(parse(source))
    return rich_text.to_markdown(found.blocks), found.left_out


def parse(source: str) -> html.HtmlElement:
    """Parse HTML of any quality. Raises UnreadableHTMLError."""
    if len(source) > MAX_HTML:
        raise UnreadableHTMLError(TOO_LONG)
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, no_network=True, huge_tree=False)
    try:
        # Bytes: lxml rejects a str that declares its encoding.
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # nothing in it
        return html.document_fromstring("<body></body>")
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise UnreadableHTMLError(TOO_DEEP)  # libxml2 drops everything from there
    return root


def read(root: html.HtmlElement, base: str = "") -> FormattedText:
    """Return the visible text below an element; links are relative to the URL `base`."""
    reader = _Reader(base)
    reader.element(root, Run(""))
    reader.flush()
    return FormattedText(tuple(reader.blocks), tuple(dict.fromkeys(reader.left_out)))


_PARAGRAPH = Block("paragraph")
_CONTINUED = Block("paragraph", mark="-")  # of a list item


@dataclass
class _Reader:
    """Collects blocks while it walks the tree."""

    base: str
    blocks: list[Block] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    frame: Block = _PARAGRAPH  # of the runs
    lists: list[list[int]] = field(default_factory=list)  # next numbers; 0 for bullets
    quotes: int = 0
    is_preformatted: bool = False

    def text(self, words: str | None, style: Run) -> None:
        """Add words as a page shows them: white space collapsed, none at the head of a line."""
        if not words:
            return
        words = words if self.is_preformatted else _SPACE.sub(" ", words)
        words = words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{SOFT HYPHEN}", "")
        if not self.runs or self.runs[-1].text[-1:] in " \n":
            words = words.lstrip(" ")
        if words:
            self.runs.append(Run(words, style.is_strong, style.is_emphasis, style.address))

    def flush(self) -> None:
        """End the block; a further paragraph of a list item joins it as a line."""
        runs, self.runs = tuple(self.runs), []
        if not rich_text.text_of(runs).strip():
            return
        frame = self.frame
        if frame is _CONTINUED and self.blocks and self.blocks[-1].kind == "item":
            item = self.blocks[-1]
            self.blocks[-1] = replace(item, runs=(*item.runs, Run("\n"), *runs))
            return
        self.blocks.append(replace(frame, runs=runs, is_quoted=self.quotes > 0))
        if frame.kind == "item":
            self.frame = _CONTINUED

    def children(self, element: html.HtmlElement, style: Run) -> None:
        self.text(element.text, style)
        for child in element:
            self.element(child, style)
            self.text(child.tail, style)

    def element(self, element: html.HtmlElement, style: Run) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element):
            self._leave_out(element)
        elif tag in _CONTROLS:
            self._leave_out_control(element)
        elif tag == "img":
            self._leave_out_picture(element)
        elif tag == "br":
            self.runs.append(Run("\n"))
        elif tag == "figure" and element.find(".//img") is not None:
            self._leave_out_figure(element)
        elif tag == "table":
            self._table(element, style)
        elif tag in _BLOCKS:
            self._block(element, style)
        else:
            self._inline(element, style)

    def _inline(self, element: html.HtmlElement, style: Run) -> None:
        if _WORD_MARK.search(element.get("style", "")):
            self._word_mark(element)
            return
        is_quote = element.tag == "q"
        self.text("“" if is_quote else "", style)
        self.children(element, self._style(element, style))
        self.text("”" if is_quote else "", style)

    def _style(self, element: html.HtmlElement, style: Run) -> Run:
        """Return the format of the text in an inline element."""
        css = element.get("style", "")
        weight, slant = _BOLD_STYLE.search(css), _ITALIC_STYLE.search(css)
        is_strong = style.is_strong or element.tag in _STRONG
        is_emphasis = style.is_emphasis or element.tag in _EMPHASIS
        if weight:  # Google Docs writes everything in a <b> of normal weight
            is_strong = weight["weight"].lower() in {"bold", "bolder", "600", "700", "800", "900"}
        if slant:
            is_emphasis = slant["style"].lower() in {"italic", "oblique"}
        address = style.address
        if element.tag == "a" and element.get("href"):
            address = self._resolve(element.get("href"))
        return Run("", is_strong, is_emphasis, address)

    def _resolve(self, address: str) -> str:
        try:
            return urljoin(self.base, address.strip())
        except ValueError:
            return ""

    def _block(self, element: html.HtmlElement, style: Run) -> None:
        self.flush()
        before, was_preformatted = self.frame, self.is_preformatted
        style, tag = self._block_style(element, style), element.tag
        self.quotes += tag == "blockquote"
        self.is_preformatted = was_preformatted or tag == "pre"
        begun = self._begin(element)
        self.children(element, style)
        self.flush()
        self.is_preformatted = was_preformatted
        self.quotes -= tag == "blockquote"
        if tag in _LISTS:
            self.lists.pop()
        if begun:  # what follows a list in an item is a paragraph
            self.frame = before if tag in _HEADINGS else _PARAGRAPH

    def _block_style(self, element: html.HtmlElement, style: Run) -> Run:
        """Return the format of the text in a block: a heading's own weight says nothing."""
        found = self._style(element, style) if element.get("style") else style
        is_strong = element.tag == "dt" or found.is_strong
        return Run("", is_strong and element.tag not in _HEADINGS, found.is_emphasis, style.address)

    def _begin(self, element: html.HtmlElement) -> bool:
        """Set the kind of the block that the element begins, if it is another."""
        listed = _WORD_LIST.search(element.get("style", ""))
        if element.tag in _LISTS:
            self.lists.append([_first_number(element)])
            self.frame = _PARAGRAPH
        elif element.tag in _HEADINGS:
            self.frame = Block("heading", level=_HEADINGS[element.tag])
        elif element.tag == "li":
            self.frame = Block("item", level=max(len(self.lists) - 1, 0), mark=self._next_mark())
        elif listed:
            self.frame = Block("item", level=int(listed["level"]) - 1, mark="-")
        else:
            return False
        return True

    def _next_mark(self) -> str:
        if not self.lists or not self.lists[-1][0]:
            return "-"
        self.lists[-1][0] += 1
        return f"{self.lists[-1][0] - 1}."

    def _word_mark(self, element: html.HtmlElement) -> None:
        """Take an item's mark from what Word writes as text."""
        if number := _NUMBER.match(element.text_content().strip()):
            self.frame = Block("item", level=self.frame.level, mark=f"{number[1]}.")

    def _table(self, element: html.HtmlElement, style: Run) -> None:
        rows = _rows(element) if _is_data(element) else []
        if not rows:
            self._block(element, style)
            return
        self.flush()
        cells = tuple(tuple(self._cell(cell, style) for cell in row) for row in rows)
        if caption := element.find("caption"):
            self._block(caption, style)
        self.blocks.append(Block("table", rows=cells))

    def _cell(self, element: html.HtmlElement, style: Run) -> Runs:
        inner = _Reader(self.base)
        inner.children(element, style)
        inner.flush()
        self.left_out += inner.left_out
        runs: list[Run] = []
        for block in inner.blocks:
            runs += [Run(" "), *block.runs] if runs else block.runs
        return tuple(runs)

    def _leave_out(self, element: html.HtmlElement) -> None:
        if element.tag in ("iframe", "video", "audio", "object", "embed"):
            address = element.get("src") or element.get("data") or ""
            self.left_out.append(f"{element.tag} {address}".strip()[:200])

    def _leave_out_control(self, element: html.HtmlElement) -> None:
        words = rich_text.collapse(element.text_content()) or element.get("value") or ""
        if words and element.get("type") != "hidden":
            self.left_out.append(words[:_MAX_NAMED])

    def _leave_out_figure(self, element: html.HtmlElement) -> None:
        """Name the pictures with their caption."""
        for picture in element.iter("img"):
            self._leave_out_picture(picture)
        if words := rich_text.collapse(element.text_content()):
            self.left_out.append(name_caption(words))

    def _leave_out_picture(self, element: html.HtmlElement) -> None:
        # A picture of one pixel counts readers.
        if element.get("width") not in ("0", "1"):
            name = element.get("alt", "").strip() or _file_name(element.get("src", ""))
            self.left_out.append(name_picture(name))


def _is_hidden(element: html.HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def _file_name(address: str) -> str:
    return "" if address.startswith("data:") else address.rpartition("/")[2].partition("?")[0]


def _first_number(element: html.HtmlElement) -> int:
    """Return the number of a list's first item; 0 for bullets."""
    start = element.get("start", "1")
    is_number = start.isascii() and start.isdigit() and len(start) < 6
    return 0 if element.tag != "ol" else int(start) if is_number else 1


def _rows(table: html.HtmlElement) -> list[list[html.HtmlElement]]:
    rows = table.iter("tr")
    return [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]


def _is_data(table: html.HtmlElement) -> bool:
    """Return whether the table has data, not a page's layout: at least two rows and columns of
    short cells without blocks of their own."""
    rows = [row for row in _rows(table) if row]
    is_layout = table.get("role") in ("presentation", "none")
    if is_layout or len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    cells = [cell for row in rows for cell in row]
    inner = ("table", "ul", "ol", "h1", "h2", "h3", "h4", "form", "hr")
    if any(cell.find(f".//{tag}") is not None for cell in cells for tag in inner):
        return False
    return all(len(cell.text_content()) <= _MAX_CELL for cell in cells)
