"""The search box -> a query tree: one language for the page, the API and the feeds.

    words               all of them, in any form (“trafficked” finds “trafficking”)
    "exact phrase"      these words, in this order, in this form
    -word  -"phrase"    without it
    this OR that        either; AND binds closer: a b OR c is (a b) OR c
    ( )                 grouping
    traffick*           any word that begins so
    title: contact: said:           the next word, phrase or group, in that part; `said:` is what
                                    stands between quotation marks
    topic: number: language: year:  the next word or phrase is the value; year:2010..2012 is a span
    after: before:      the printed date: from the first day of, and before the first day of, a
                        year, month or day (2012, 2012-09, 2012-09-21)

Nothing is an error. What can not be read is named in a sentence and the rest is searched.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

MAX_LENGTH = 1_000  # characters that are read
MAX_DEPTH = 20  # parentheses within parentheses
MIN_PREFIX = 3  # letters before the star

PROSE = ("title", "contact", "said")
VALUES = ("topic", "number", "language", "year", "after", "before")


@dataclass(frozen=True)
class Words:
    """Each of the words of `text`, in any form; with `most`, those that tell most are enough."""

    text: str
    field: str = "text"
    most: bool = False


@dataclass(frozen=True)
class Phrase:
    """The words of `text` in this order and form."""

    text: str
    field: str = "text"


@dataclass(frozen=True)
class Prefix:
    """Any word that begins with `text`."""

    text: str
    field: str = "text"


@dataclass(frozen=True)
class Is:
    """A release whose `field` (topic, number or language) is this."""

    field: str
    value: str


@dataclass(frozen=True)
class Dated:
    """A release whose printed date is on or after `first` and before `end`, where given."""

    first: datetime.date | None = None
    end: datetime.date | None = None

    @classmethod
    def in_years(cls, first: int, last: int) -> Dated:
        """Both years included, each from 1 to 9999."""
        end = datetime.date(last + 1, 1, 1) if last < datetime.MAXYEAR else None
        return cls(datetime.date(first, 1, 1), end)


@dataclass(frozen=True)
class Not:
    node: Node


@dataclass(frozen=True)
class All:
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Any:
    nodes: tuple[Node, ...]


Leaf = Words | Phrase | Prefix
Node = Leaf | Is | Dated | Not | All | Any


@dataclass(frozen=True)
class Query:
    """What was understood: the tree (None: no condition), the text to show again in the box, and
    a sentence for each thing that was ignored."""

    tree: Node | None
    text: str
    ignored: tuple[str, ...] = ()


def parse(source: str) -> Query:
    """Read what was typed into the box. Never raises."""
    text, ignored = _clean(source)
    tree = _Parser(_balanced(list(_tokens(text)), ignored), ignored).read()
    if tree is None and text.strip("*"):
        ignored.append("Nothing in it can be searched for: these are all releases.")
    return Query(tree, text, tuple(dict.fromkeys(ignored)))


def relaxed(query: Query) -> Query | None:
    """The same query where most of the words are enough, and a phrase is words; None if that makes
    no difference."""
    nodes = query.tree.nodes if isinstance(query.tree, All) else (query.tree,)
    relaxed_nodes = tuple(_with_most(node) for node in nodes)
    if relaxed_nodes == nodes:
        return None
    has_phrase = any(isinstance(node, Phrase) for node in nodes)
    note = "No release has exactly these words" if has_phrase else "No release has all these words"
    tree = relaxed_nodes[0] if len(nodes) == 1 else All(relaxed_nodes)  # type: ignore[arg-type]
    return replace(query, tree=tree, ignored=(*query.ignored, f"{note}: these come nearest."))


def sought(node: Node | None) -> Iterator[Leaf]:
    """The words, phrases and prefixes that a release is found by, in order; none that it must
    be without."""
    if isinstance(node, Words | Phrase | Prefix):
        yield node
    elif isinstance(node, All | Any):
        for child in node.nodes:
            yield from sought(child)


def _with_most(node: Node | None) -> Node | None:
    if isinstance(node, Words | Phrase) and len(node.text.split()) > 1:
        return Words(node.text, node.field, most=True)
    return node


# Tokens

_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_TOKEN = re.compile(
    r"""
      (?P<phrase> ["“”„«][^"“”„«»]*["“”»] )
    | (?P<quote> ["“”„«»] )
    | (?P<open> \( )
    | (?P<close> \) )
    | (?P<minus> (?<![^\s(]) [-−] (?=[^\s\-−]) )
    | (?P<not> NOT (?!\S) )
    | (?P<or> OR (?![^\s()]) )
    | (?P<and> AND (?![^\s()]) )
    | (?P<field> (?i:title|contact|said|topic|number|language|year|after|before) :\s* )
    | (?P<word> [^\s"“”„«»()]+ )
    """,
    re.VERBOSE,
)
_Token = tuple[str, str]  # kind, text


def _clean(source: str) -> tuple[str, list[str]]:
    """The text on one line and of bounded length, and what was said about that."""
    ignored = []
    text = _UNREADABLE.sub(" ", source[: MAX_LENGTH * 4])
    if text != source[: MAX_LENGTH * 4]:
        ignored.append("Characters that can not be read were left out.")
    text = " ".join(text.split())
    if len(text) > MAX_LENGTH or len(source) > MAX_LENGTH * 4:
        text = text[:MAX_LENGTH].rstrip()
        ignored.append(f"The query is too long: its first {MAX_LENGTH:,} characters were read.")
    return text, ignored


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        yield str(match.lastgroup), match[0]


def _balanced(tokens: list[_Token], ignored: list[str]) -> list[_Token]:
    """The tokens with each parenthesis closed, none nested deeper than MAX_DEPTH."""
    kept: list[_Token] = []
    depth = 0
    for kind, text in tokens:
        if kind == "close" and depth == 0:
            ignored.append("A parenthesis is closed that was not opened: ignored.")
            continue
        depth += (kind == "open") - (kind == "close")
        if depth + (kind == "close") > MAX_DEPTH and kind in ("open", "close"):
            ignored.append(f"Parentheses nested deeper than {MAX_DEPTH} were ignored.")
            continue
        kept.append((kind, text))
    if depth:
        ignored.append("A parenthesis is not closed: it was taken to close at the end.")
    return kept + [("close", ")")] * min(depth, MAX_DEPTH)


# Grammar

_END: _Token = ("end", "")


class _Parser:
    """Recursive descent over balanced tokens; what it can not use it names in `ignored`."""

    def __init__(self, tokens: list[_Token], ignored: list[str]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._ignored = ignored

    def read(self) -> Node | None:
        """The whole query."""
        return self._either("text")

    def _peek(self) -> _Token:
        return self._tokens[self._next] if self._next < len(self._tokens) else _END

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token

    def _either(self, field: str) -> Node | None:
        """Conjunctions with OR between them, up to the end or the closing parenthesis."""
        nodes = [self._together(field)]
        while self._peek()[0] == "or":
            self._take()
            nodes.append(self._together(field))
        found = tuple(node for node in nodes if node is not None)
        if len(found) < len(nodes) > 1:
            self._ignored.append("“OR” stands between two things: one is missing here.")
        return found[0] if len(found) == 1 else Any(found) if found else None

    def _together(self, field: str) -> Node | None:
        """Things that a release must all have; neighbouring words are one run."""
        nodes: list[Node] = []
        while self._peek()[0] not in ("or", "close", "end"):
            node = self._item(field)
            if isinstance(node, Words) and nodes and _continues(nodes[-1], node):
                node = replace(node, text=f"{nodes.pop().text} {node.text}")  # type: ignore[union-attr]
            if node is not None:
                nodes.append(node)
        return nodes[0] if len(nodes) == 1 else All(tuple(nodes)) if nodes else None

    def _item(self, field: str) -> Node | None:
        kind, text = self._take()
        if kind in ("minus", "not"):
            return self._without(field)
        if kind == "field":
            return self._in_field(text.rstrip(": ").lower())
        if kind == "open":
            return self._group(field)
        if kind == "phrase":
            return _phrase(text[1:-1], field)
        if kind == "word":
            return self._word(text, field)
        if kind == "quote":
            self._ignored.append("A quotation mark is not closed: what follows was read as words.")
        return None

    def _without(self, field: str) -> Node | None:
        node = self._operand(field)
        if isinstance(node, Not):
            return node.node
        return Not(node) if node else None

    def _operand(self, field: str) -> Node | None:
        """What a minus or a field name applies to; None, with nothing taken, if nothing follows
        or if this is the operand of an operand of an operand …"""
        if self._depth > MAX_DEPTH or self._peek()[0] in ("or", "and", "close", "end"):
            return None
        self._depth += 1
        node = self._item(field)
        self._depth -= 1
        return node

    def _group(self, field: str) -> Node | None:
        node = self._either(field)
        self._take()  # the closing parenthesis
        if isinstance(node, Words):  # as in (916) 210-6000: the parentheses only group words
            return replace(node, text=f"({node.text})")
        return node

    def _word(self, text: str, field: str) -> Node | None:
        if text.endswith("*"):
            return self._prefix(text.rstrip("*"), field)
        if not any(character.isalnum() for character in text):
            return None
        return Words(text, field)

    def _prefix(self, text: str, field: str) -> Node | None:
        if len(text) >= MIN_PREFIX and text.isalnum():
            return Prefix(text, field)
        if text:
            self._ignored.append(
                f"“{text}*”: a star stands after {MIN_PREFIX} or more letters or digits: "
                "it was left out."
            )
            return self._word(text, field)
        return None

    def _in_field(self, name: str) -> Node | None:
        if name in PROSE:
            node = self._operand(name)
            if node is None:
                self._ignored.append(f"“{name}:” has nothing after it: ignored.")
            return node
        return self._with_value(name)

    def _with_value(self, name: str) -> Node | None:
        if self._peek()[0] not in ("word", "phrase"):
            self._ignored.append(f"“{name}:” has nothing after it: ignored.")
            return None
        value = self._take()[1].strip('"“”„«» ')
        node = _READERS[name](value)
        if node is None:
            self._ignored.append(f"“{name}:{value}” was ignored: {_EXPECTED[name]}.")
        return node


def _continues(before: Node, node: Words) -> bool:
    return isinstance(before, Words) and before.field == node.field


def _phrase(text: str, field: str) -> Node | None:
    return Phrase(text.strip(), field) if any(map(str.isalnum, text)) else None


# Values

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_YEARS = re.compile(r"(\d{4})(?:(?:\.\.|-|–)(\d{4}))?", re.ASCII)


def _first_day(value: str) -> datetime.date | None:
    match = _DATE.fullmatch(value)
    try:
        return datetime.date(*(int(part or 1) for part in match.groups())) if match else None
    except ValueError:
        return None


def _read_year(value: str) -> Node | None:
    match = _YEARS.fullmatch(value)
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    if not datetime.MINYEAR <= first <= last:
        return None
    return Dated.in_years(first, last)


def _read_after(value: str) -> Node | None:
    first = _first_day(value)
    return Dated(first=first) if first else None


def _read_before(value: str) -> Node | None:
    end = _first_day(value)
    return Dated(end=end) if end else None


def _read_number(value: str) -> Node | None:
    return Is("number", value) if re.fullmatch(r"\d{4}-\d{4,}", value, re.ASCII) else None


def _read_topic(value: str) -> Node | None:
    return Is("topic", value) if any(map(str.isalnum, value)) else None


def _read_language(value: str) -> Node | None:
    well_formed = re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value)
    return Is("language", value.lower()) if well_formed else None


_A_DATE = "a date is written as 2012, 2012-09 or 2012-09-21"
_READERS = {
    "topic": _read_topic,
    "number": _read_number,
    "language": _read_language,
    "year": _read_year,
    "after": _read_after,
    "before": _read_before,
}
_EXPECTED = {
    "topic": "a topic is named by its words",
    "number": "a release's number is written as 2012-0001",
    "language": "a language is written as en or es",
    "year": "a year is written as 2012, a span of years as 2010..2012",
    "after": _A_DATE,
    "before": _A_DATE,
}
