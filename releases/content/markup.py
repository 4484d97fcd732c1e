(
    ""
    """Restricted Markdown to safe HTML, numbered paragraphs and plain text.

No other module generates HTML from release text.

The dialect is CommonMark (https://spec.commonmark.org/0.31.2/) restricted to paragraphs, hard
breaks, emphasis, links, lists, quotes, backslash escapes and tables
(https://github.github.com/gfm/#tables-extension-). Headings, raw HTML, images, code, references,
entities and bare addresses are ordinary words.

A *unit* is what a reader can link to: a paragraph, a list item or a table. A paragraph inside a
list item belongs to the item. Units are numbered in reading order. HTML has links around printed
addresses (`bare_links.py`).
"""
)

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from releases.content import bare_links

# Allowed links: nothing that a browser executes or reads from disk.
_SAFE_LINK = re.compile(r"(?:https?://[^/]|mailto:[^/]|tel:[+\d(]|/(?![/\\])|#)", re.IGNORECASE)
_LINK_NOISE = re.compile(r"[\x00-\x20\x7f\\]")

# XML and PostgreSQL reject these (https://www.w3.org/TR/xml/#charsets); UTF-8 has no surrogates.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

# The parser silently drops text nested `maxNesting` (20) levels deep. Each space, quote mark or
# list marker at the head of a line opens at most one level, so their number bounds the depth.
_MAX_INDENT = 12
_TOO_INDENTED = re.compile(rf"^ {{{_MAX_INDENT},}}", re.MULTILINE)
_TOO_NESTED = re.compile(r"^(?:[ >]|[-+*](?= |$)|\d{1,9}[.)](?= |$)){18}", re.MULTILINE)

# Text with more marks or table cells is shown as written: the parser takes 10 to 25 µs for each,
# and no release has as many.
_MAX_MARKS = 5_000
_MAX_MARKS_IN_EXCERPT = 200  # for first paragraphs, of which a list shows many
_MAX_CELLS = 30_000
_EXCERPT_LENGTH = 4_000  # characters
_SAFE_LENGTH = 200  # characters, too short for as many marks
_ESCAPED_OR_MARK = re.compile(r"\\.|([\[*_]|^[ >]*(?:[-+>]|\d{1,9}[.)]))", re.MULTILINE | re.DOTALL)

# Markup of the dialect: a bullet or quote at the head of a line; a table rule under a line; a
# number with its period; a backslash that would escape or break a line; a star next
# to a word; an underscore that is not inside a word; the middle of a link.
_MARKUP = re.compile(
    r"(?=[-+>*|:\d\\_\]])(?:"  # most characters are none of these, so one lookahead rejects them
    r"^(?P<head>[-+](?=[ \t]|$)|[>*])"
    r"|(?<=\n)(?P<rule>[|:-])(?=[|: -]*$)"
    r"|^(?P<number>\d{1,9})(?=[.)](?:[ \t]|$))"
    r"|\\(?=[!-/:-@\[-`{-~\n]|$)"
    r"|(?<=\S)\*|\*(?=\S)"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|\](?=\())",
    re.MULTILINE,
)

_MAY_BEGIN_MARKUP = {"", *"-+>*"}  # and digits of any script

# Escapes with the words after each; the parser reads letters, digits and blanks as they are.
_ESCAPES = re.compile(r"(?:\\[!-/:-@\[-`{-~][A-Za-z0-9 ]*)+")
_ESCAPED = re.compile(r"\\(.)")
_PLACE = re.compile(r' id="\0\d+"|\0\d+\0|\0(?P<first>\d+)-(?P<end>\d+)\0')
_SINGLE_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")

# Separators between the texts of a unit, and within a line of text.
_SEPARATORS = {"paragraph_open": "\n", "tr_open": "\n", "th_open": " | ", "td_open": " | "}
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


@dataclass
class _Unit:
    """A numbered unit: the token that has its id, its list marker, its text and the token of its
    first words."""

    token: Token
    mark: str
    parts: list[str] = field(default_factory=list)
    first: Token | None = None

    def read(self, token: Token) -> None:
        """Add the words of one token of this unit."""
        if token.type == "inline":
            self.first = self.first or token
            children = token.children or ()
            self.parts.append("".join(_BREAKS.get(child.type, child.content) for child in children))
        elif token.type in _SEPARATORS and self.parts and self.parts[-1] != "\n":
            self.parts.append(_SEPARATORS[token.type])

    @property
    def text(self) -> str:
        return "".join(self.parts).strip()


def _is_safe_link(url: str) -> bool:
    return bool(_SAFE_LINK.match(url)) and not _LINK_NOISE.search(url)


def _read_escapes(state: StateInline, silent: bool) -> bool:
    """Read escaped marks and words at once: the parser's own rules stop at each."""
    found = _ESCAPES.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.append_pending(_ESCAPED.sub(r"\1", found[0]))
    state.pos = found.end()
    return True


def _make_parser(rules: Sequence[str], is_link: Callable[[str], bool]) -> MarkdownIt:
    parser = MarkdownIt("zero")
    parser.enable(["escape", "newline", *rules])
    parser.inline.ruler.before("escape", "escapes", _read_escapes)
    parser.validateLink = is_link  # type: ignore[method-assign, assignment]
    return parser


_RULES = ("blockquote", "list", "table", "emphasis", "link")
_PARSER = _make_parser(_RULES, _is_safe_link)
_ANY_LINK_PARSER = _make_parser(_RULES, lambda address: True)
_PLAIN_TEXT_PARSER = _make_parser((), _is_safe_link)


def to_html(
    source: str,
    numbers: Sequence[int] | None = None,
    links: Sequence[str] = (),
    inserted: Mapping[int, str] | None = None,
) -> str:
    """Render restricted Markdown as safe HTML.

    Its units have the ids p<number>, by default p1, p2 …; a unit beyond the numbers has none.
    `links` is HTML for each unit, inserted after its first words; `inserted` is HTML by number,
    inserted after the unit, or after the whole list or quote that has it.
    """
    html, texts = read(source)
    numbered = range(1, len(texts) + 1) if numbers is None else numbers
    filled = {f' id="\0{place}"': f' id="p{number}"' for place, number in enumerate(numbered)}
    filled |= {f"\0{place}\0": link for place, link in enumerate(links)}

    def fill(place: re.Match[str]) -> str:
        if not place["end"]:
            return filled.get(place[0], "")
        within = numbered[int(place["first"]) : int(place["end"])] if inserted else ()
        return "".join((inserted or {}).get(number, "") for number in within)

    return _PLACE.sub(fill, html)


def paragraphs(source: str) -> tuple[str, ...]:
    """Return the plain text of each unit that `to_html` numbers."""
    return _plain_paragraphs(source) or read(source)[1]


@lru_cache(maxsize=128)
def read(source: str) -> tuple[str, tuple[str, ...]]:
    """Return HTML with a placeholder for each unit's id and links, and the plain text of each
    unit."""
    # Most texts need no parser, which takes 0.4 ms.
    if texts := _plain_paragraphs(source):
        return "".join(map(_paragraph_html, range(len(texts)), texts)), texts
    return _parsed(source)


def _paragraph_html(place: int, text: str) -> str:
    """Return what `_parsed` makes of a paragraph without markup."""
    words = "".join(
        f'<a href="{escapeHtml(_PARSER.normalizeLink(address))}">{escapeHtml(words)}</a>'
        if address
        else escapeHtml(words)
        for words, address in bare_links.split(text)
    )
    return f'<p id="\0{place}">{words}\0{place}\0</p>\n\0{place}-{place + 1}\0'


def _parsed(source: str) -> tuple[str, tuple[str, ...]]:
    tokens = linked_tokens(source)
    for token in tokens:
        token.attrs.pop("style", None)  # a table's alignment: the CSP forbids inline styles
    units = _units(tokens)
    texts = tuple(unit.text for unit in units)
    for place, unit in enumerate(units):
        unit.token.attrSet("id", f"\0{place}")  # text contains no NUL
        if unit.first and unit.first.children is not None:
            unit.first.children.append(Token("html_inline", "", 0, content=f"\0{place}\0"))
    marked = _with_block_ends(tokens, units)
    return str(_PARSER.renderer.render(marked, _PARSER.options, {})), texts


def linked_tokens(source: str) -> list[Token]:
    """Return the tokens, with links around printed addresses."""
    tokens = _tokens(source)
    for token in tokens:
        if token.children:
            token.children = bare_links.add(token.children, _PARSER.normalizeLink)
    return tokens


def blocks(source: str) -> list[tuple[str, int]]:
    """Return the Markdown of each outermost block, and the number of its units."""
    tokens = _tokens(source)
    units = {id(unit.token) for unit in _units(tokens)}
    lines, starts, counts = source.split("\n"), list[int](), list[int]()
    for token in tokens:
        if token.level == 0 and token.nesting == 1 and token.map:
            starts.append(token.map[0])
            counts.append(0)
        if counts:
            counts[-1] += id(token) in units
    ends = [*starts[1:], len(lines)]
    texts = ("\n".join(lines[start:end]) for start, end in zip(starts, ends, strict=True))
    return [(text.strip("\n"), count) for text, count in zip(texts, counts, strict=True)]


@lru_cache(maxsize=64)
def first_paragraphs(source: str, count: int = 4) -> tuple[str, ...]:
    """Return the plain text of the first units, parsing only what a list or a feed can show."""
    excerpt = source[:_EXCERPT_LENGTH]
    if texts := _plain_paragraphs(excerpt):
        return texts[:count]
    units = _units(_tokens(excerpt, max_marks=_MAX_MARKS_IN_EXCERPT))
    return tuple(unit.text for unit in units[:count])


def links(source: str) -> list[tuple[str, str]]:
    """Return the words and the address of each link, in order."""
    return _links(_tokens(source))


def links_as_typed(source: str) -> list[tuple[str, str, bool]]:
    """Return the words and address of everything written as a link, and whether the page links it;
    any other address is printed as written."""
    tokens = _tokens(source, _ANY_LINK_PARSER)
    return [(words, address, _is_safe_link(address)) for words, address in _links(tokens)]


def _links(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    is_open = False
    for token in (child for block in tokens for child in block.children or ()):
        if token.type in ("link_open", "link_close"):
            is_open = token.type == "link_open"
        if token.type == "link_open":
            found.append(("", str(token.attrGet("href"))))
        elif is_open:
            words, address = found[-1]
            found[-1] = (words + _BREAKS.get(token.type, token.content), address)
    return found


@lru_cache(maxsize=64)
def to_plain(source: str) -> str:
    """Return plain text as a reader sees it: list items with their marker, a blank line between
    units."""
    if _plain_paragraphs(source):
        return source
    return "\n\n".join((unit.mark + unit.text).strip() for unit in _units(_tokens(source)))


@lru_cache(maxsize=64)
def _plain_paragraphs(source: str) -> tuple[str, ...]:
    """Return the paragraphs of a text of one line each without markup; () of any other."""
    found = tuple(source.split("\n\n"))
    # Of a line below another, a vertical bar or colon can be the rule of a table.
    if all(map(_is_plain_line, found)) and "\n|" not in source and "\n:" not in source:
        return found
    is_simple = "\t" not in source and all(map(_is_one_line, found))
    return found if is_simple and escape(strip_control_characters(source)) == source else ()


def _is_plain_line(text: str) -> bool:
    """Return whether the text is one line in which no character can be markup: fast to see."""
    begins = text[:1]
    if begins in _MAY_BEGIN_MARKUP or begins.isdecimal():
        return False
    if not text.isprintable() or text != text.strip():
        return False
    return not ("*" in text or "_" in text or "]" in text or "\\" in text)


def _is_one_line(paragraph: str) -> bool:
    return len(paragraph.splitlines()) == 1 and paragraph == paragraph.strip() != ""


def escape(plain: str) -> str:
    """Return Markdown that reads back as exactly this plain text.

    A blank line separates paragraphs; a single line end becomes a hard break. Only what the dialect
    would read as markup gets a backslash.
    """
    plain = plain.strip()
    if _is_plain_line(plain):
        return plain
    marked = _MARKUP.sub(_escape_match, plain)
    return _SINGLE_LINE_END.sub("\\\\\n", marked)


def _escape_match(match: re.Match[str]) -> str:
    return match[0] + "\\" if match["number"] else "\\" + match[0]


def weight(source: str) -> int:
    """Estimate the parser's time in microseconds, at most."""
    marks = sum(map(source.count, "[*_\n"))
    return len(source) + 20 * marks + 10 * source.count("|")


def _tokens(source: str, parser: MarkdownIt = _PARSER, max_marks: int = _MAX_MARKS) -> list[Token]:
    """Return the block tokens; a text with too many marks is parsed as paragraphs only."""
    source = _limit_nesting(strip_control_characters(source))
    if len(source) > _SAFE_LENGTH and (_marks(source) > max_marks or _cells(source) > _MAX_CELLS):
        return _PLAIN_TEXT_PARSER.parse(source)
    return parser.parse(source)


def _marks(source: str) -> int:
    """Count the marks that may begin markup."""
    return sum(map(bool, _ESCAPED_OR_MARK.findall(source)))


def _cells(source: str) -> int:
    """Count the cells of a table of all the lines."""
    rows = [line.count("|") for line in source.split("\n")] if "|" in source else [0]
    return max(rows) * len(rows)


def strip_control_characters(source: str) -> str:
    """Remove characters that XML does not allow, including U+FFFE and U+FFFF."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", source))


def _limit_nesting(source: str) -> str:
    """Limit nesting to the parser's maximum; deeper markup becomes text."""
    source = _TOO_INDENTED.sub(" " * _MAX_INDENT, source.expandtabs(4))
    return escape(source) if _TOO_NESTED.search(source) else source


def _units(tokens: Sequence[Token]) -> list[_Unit]:
    """Return the units in the order in which they begin."""
    units: list[_Unit] = []
    still_open: list[_Unit] = []
    next_numbers: list[int | None] = []
    for token in tokens:
        _count_items(token, next_numbers)
        if _begins_unit(token, still_open):
            units.append(_Unit(token, _list_marker(token, next_numbers)))
            still_open.append(units[-1])
        elif token.nesting == -1 and still_open and still_open[-1].token.level == token.level:
            still_open.pop()
        elif still_open:
            still_open[-1].read(token)
    return units


def _with_block_ends(tokens: Sequence[Token], units: Sequence[_Unit]) -> list[Token]:
    """Return the tokens with a placeholder after each outermost block, for the range of units."""
    marked: list[Token] = []
    begins = {id(unit.token) for unit in units}
    first = count = 0
    for token in tokens:
        marked.append(token)
        count += id(token) in begins
        if token.level == 0 and token.nesting != 1 and count > first:
            marked.append(Token("html_block", "", 0, content=f"\0{first}-{count}\0"))
            first = count
    return marked


def _begins_unit(token: Token, still_open: Sequence[_Unit]) -> bool:
    if token.type == "list_item_open":
        return True
    return token.type in ("paragraph_open", "table_open") and not still_open


def _count_items(token: Token, next_numbers: list[int | None]) -> None:
    """Track the number of each open list's next item; bullets have none."""
    if token.type == "ordered_list_open":
        next_numbers.append(int(token.attrGet("start") or 1) - 1)
    elif token.type == "bullet_list_open":
        next_numbers.append(None)
    elif token.type in ("ordered_list_close", "bullet_list_close"):
        next_numbers.pop()
    elif token.type == "list_item_open" and next_numbers[-1] is not None:
        next_numbers[-1] += 1


def _list_marker(token: Token, next_numbers: Sequence[int | None]) -> str:
    if token.type != "list_item_open":
        return ""
    return "- " if next_numbers[-1] is None else f"{next_numbers[-1]}{token.markup} "
