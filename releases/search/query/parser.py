"""Parser of the query language that the search page, the API and the feeds share.

    words               all of them, in any form (“trafficked” finds “trafficking”)
    "exact phrase"      these words, in this order, in this form
    -word  -"phrase"    without it
    this OR that        either; AND binds tighter: a b OR c is (a b) OR c
    ( )                 grouping
    traffick*           any word with this prefix
    title: contact: said:           the next word, phrase or group, in that part; `said:` searches
                                    quotations
    topic: number: language: year:  the next word or phrase is the value; year:2010..2012 is a range
    after: before:      the printed date: on or after, or before, the first day of a year, month or
                        day (2012, 2012-09, 2012-09-21)

No input is an error: a message names whatever is ignored, and the rest is searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from releases.content.messages import message
from releases.search.query.questions import is_question
from releases.search.query.tree import And, Leaf, Node, Not, Or, Phrase, Prefix, Words
from releases.search.query.values import FORMAT_HINTS, PARSERS

MAX_LENGTH = 1_000  # characters
MAX_DEPTH = 20  # nested parentheses
MIN_PREFIX = 3  # letters or digits before the *

TEXT_FIELDS = ("title", "contact", "said")
VALUE_FIELDS = ("topic", "number", "language", "year", "after", "before")


@dataclass(frozen=True)
class Query:
    """Parsed query: the tree (None: no condition), the text to show in the search box, and a
    message for each part that was ignored. With `is_relaxed`, the last message says so."""

    tree: Node | None
    text: str
    ignored: tuple[str, ...] = ()
    is_relaxed: bool = False


def parse(source: str) -> Query:
    """Parse the text of the search box. Never raises."""
    text, ignored = _normalize(source)
    tree = _Parser(_balance(list(_tokens(text)), ignored), ignored).read()
    if tree is None and text.strip("*"):
        ignored.append(message("We couldn’t search for that. Showing all releases."))
    return Query(tree, text, tuple(dict.fromkeys(ignored)))


def relax(query: Query) -> Query | None:
    """Return the query with most words sufficing and phrases as words; None if nothing changes."""
    nodes = query.tree.nodes if isinstance(query.tree, And) else (query.tree,)
    relaxed_nodes = tuple(_relax_node(node) for node in nodes)
    if relaxed_nodes == nodes:
        return None
    has_phrase = any(isinstance(node, Phrase) for node in nodes)
    note = message("No release has exactly these words. Showing the closest matches.")
    if not has_phrase:
        note = message("No release has all these words. Showing the closest matches.")
    tree = relaxed_nodes[0] if len(nodes) == 1 else And(relaxed_nodes)  # type: ignore[arg-type]
    return replace(query, tree=tree, ignored=(*query.ignored, note), is_relaxed=True)


def loosen_question(query: Query) -> Query | None:
    """Return a question with most of its words sufficing; None for any other query."""
    # Few releases say a thing in the words that it is asked in.
    if isinstance(query.tree, Words) and is_question(query.text):
        note = message("Few releases have all these words. Showing the closest matches, too.")
        tree = replace(query.tree, match_most=True)
        return replace(query, tree=tree, ignored=(*query.ignored, note), is_relaxed=True)
    return None


def positive_terms(node: Node | None) -> Iterator[Leaf]:
    """Yield the words, phrases and prefixes that a release must have, in order; none under NOT."""
    if isinstance(node, Words | Phrase | Prefix):
        yield node
    elif isinstance(node, And | Or):
        for child in node.nodes:
            yield from positive_terms(child)


def _relax_node(node: Node | None) -> Node | None:
    if isinstance(node, Words | Phrase) and len(node.text.split()) > 1:
        return Words(node.text, node.field, match_most=True)
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


def _normalize(source: str) -> tuple[str, list[str]]:
    """Return the text on one line, cut to MAX_LENGTH, and a message for each change."""
    ignored: list[str] = []
    text = _UNREADABLE.sub(" ", source[: MAX_LENGTH * 4])
    if text != source[: MAX_LENGTH * 4]:
        ignored.append(message("We ignored unreadable characters."))
    text = " ".join(text.split())
    if len(text) > MAX_LENGTH or len(source) > MAX_LENGTH * 4:
        text = text[:MAX_LENGTH].rstrip()
        ignored.append(
            message(
                "The query is too long. We used its first %(most)s characters.",
                most=f"{MAX_LENGTH:,}",
            )
        )
    return text, ignored


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        yield str(match.lastgroup), match[0]


def _balance(tokens: list[_Token], ignored: list[str]) -> list[_Token]:
    """Return the tokens with every parenthesis matched and none nested deeper than MAX_DEPTH."""
    kept: list[_Token] = []
    depth = 0
    for kind, text in tokens:
        if kind == "close" and depth == 0:
            ignored.append(message("A closing parenthesis has no opening one, so we ignored it."))
            continue
        depth += (kind == "open") - (kind == "close")
        if depth + (kind == "close") > MAX_DEPTH and kind in ("open", "close"):
            ignored.append(
                message(
                    "We ignored parentheses nested more than %(most)s levels deep.", most=MAX_DEPTH
                )
            )
            continue
        kept.append((kind, text))
    if depth:
        ignored.append(message("A parenthesis is not closed, so we closed it at the end."))
    return kept + [("close", ")")] * min(depth, MAX_DEPTH)


# Grammar

_END: _Token = ("end", "")


class _Parser:
    """Recursive descent parser of balanced tokens. Appends a message for each one it ignores."""

    def __init__(self, tokens: list[_Token], ignored: list[str]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._ignored = ignored

    def read(self) -> Node | None:
        return self._parse_or("text")

    def _peek(self) -> _Token:
        return self._tokens[self._next] if self._next < len(self._tokens) else _END

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token

    def _parse_or(self, field: str) -> Node | None:
        """Parse conjunctions separated by OR, up to the end or the closing parenthesis."""
        nodes = [self._parse_and(field)]
        while self._peek()[0] == "or":
            self._take()
            nodes.append(self._parse_and(field))
        found = tuple(node for node in nodes if node is not None)
        if len(found) < len(nodes) > 1:
            self._ignored.append(message("“OR” needs a term on each side, and one is missing."))
        return found[0] if len(found) == 1 else Or(found) if found else None

    def _parse_and(self, field: str) -> Node | None:
        """Parse a conjunction; adjacent words become one `Words`."""
        nodes: list[Node] = []
        while self._peek()[0] not in ("or", "close", "end"):
            node = self._parse_item(field)
            if isinstance(node, Words) and nodes and _can_merge(nodes[-1], node):
                node = replace(node, text=f"{nodes.pop().text} {node.text}")  # type: ignore[union-attr]
            if node is not None:
                nodes.append(node)
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes)) if nodes else None

    def _parse_item(self, field: str) -> Node | None:
        kind, text = self._take()
        if kind in ("minus", "not"):
            return self._parse_not(field)
        if kind == "field":
            return self._parse_field(text.rstrip(": ").lower())
        if kind == "open":
            return self._parse_group(field)
        if kind == "phrase":
            return _make_phrase(text[1:-1], field)
        if kind == "word":
            return self._parse_word(text, field)
        if kind == "quote":
            self._ignored.append(
                message("A quotation mark is not closed, so we searched for the words after it.")
            )
        return None

    def _parse_not(self, field: str) -> Node | None:
        node = self._parse_operand(field)
        if isinstance(node, Not):
            return node.node
        return Not(node) if node else None

    def _parse_operand(self, field: str) -> Node | None:
        """Parse what a minus or a field name applies to. Returns None, taking no token, if nothing
        follows or operands nest deeper than MAX_DEPTH."""
        if self._depth > MAX_DEPTH or self._peek()[0] in ("or", "and", "close", "end"):
            return None
        self._depth += 1
        node = self._parse_item(field)
        self._depth -= 1
        return node

    def _parse_group(self, field: str) -> Node | None:
        node = self._parse_or(field)
        self._take()  # the closing parenthesis
        if isinstance(node, Words):  # keep the parentheses of (916) 210-6000
            return replace(node, text=f"({node.text})")
        return node

    def _parse_word(self, text: str, field: str) -> Node | None:
        if text.endswith("*"):
            return self._parse_prefix(text.rstrip("*"), field)
        if not any(character.isalnum() for character in text):
            return None
        return Words(text, field)

    def _parse_prefix(self, text: str, field: str) -> Node | None:
        if len(text) >= MIN_PREFIX and text.isalnum():
            return Prefix(text, field)
        if text:
            self._ignored.append(
                message(
                    "“%(text)s*” needs at least %(least)s letters or digits before the *, "
                    "so we ignored the *.",
                    text=text,
                    least=MIN_PREFIX,
                )
            )
            return self._parse_word(text, field)
        return None

    def _parse_field(self, name: str) -> Node | None:
        if name in TEXT_FIELDS:
            node = self._parse_operand(name)
            if node is None:
                self._ignored.append(
                    message("“%(name)s:” has nothing after it, so we ignored it.", name=name)
                )
            return node
        return self._parse_value(name)

    def _parse_value(self, name: str) -> Node | None:
        if self._peek()[0] not in ("word", "phrase"):
            self._ignored.append(
                message("“%(name)s:” has nothing after it, so we ignored it.", name=name)
            )
            return None
        value = self._take()[1].strip('"“”„«» ')
        node = PARSERS[name](value)
        if node is None:
            self._ignored.append(
                message(
                    "We ignored “%(typed)s”: %(expected)s.",
                    typed=f"{name}:{value}",
                    expected=FORMAT_HINTS[name],
                )
            )
        return node


def _can_merge(before: Node, node: Words) -> bool:
    return isinstance(before, Words) and before.field == node.field


def _make_phrase(text: str, field: str) -> Node | None:
    return Phrase(text.strip(), field) if any(map(str.isalnum, text)) else None
