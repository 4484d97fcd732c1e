"""Describe a query tree in words, so that readers see how their query was understood."""

from __future__ import annotations

from collections.abc import Callable

from releases.content.messages import Message, message
from releases.search.query.tree import (
    And,
    DateRange,
    Equals,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Words,
)

_FIELD_PHRASES = {
    "title": message("%(what)s in the title", what=""),
    "contact": message("%(what)s in the press contact", what=""),
    "said": message("%(what)s in a quotation", what=""),
}

Translate = Callable[[str], str]  # returns a message in the reader's language


def explain_query(node: Node, translate: Translate = str) -> str:
    """Return what a release must have, as the end of a sentence: `the word water and not “dry”`."""
    match node:
        case And(nodes):
            return translate(message(" and ")).join(
                _explain_nested(each, translate) for each in nodes
            )
        case Or(nodes):
            return translate(message(" or ")).join(
                _explain_nested(each, translate) for each in nodes
            )
        case Not(child):
            return translate(message("not %(what)s", what=_explain_nested(child, translate)))
        case Equals(field, value):
            return translate(_value_message(field, value))
        case DateRange():
            return translate(_date_message(node))
        case _:
            return _explain_leaf(node, translate)


def _explain_nested(node: Node, translate: Translate) -> str:
    words = explain_query(node, translate)
    return f"({words})" if isinstance(node, And | Or) else words


def _explain_leaf(node: Leaf, translate: Translate) -> str:
    what = translate(_leaf_message(node))
    place = _FIELD_PHRASES.get(node.field)
    return translate(message(place.message, what=what)) if place else what


def _leaf_message(node: Leaf) -> Message:
    match node:
        case Phrase(text):
            return message("exactly “%(text)s”", text=text)
        case Prefix(text):
            return message("a word that begins with %(text)s", text=text)
        case Words(text) if " " in text:
            return message("the words %(text)s", text=text)
        case Words(text):
            return message("the word %(text)s", text=text)


def _value_message(field: str, value: str) -> Message:
    match field:
        case "topic":
            return message("the topic %(value)s", value=value)
        case "number":
            return message("the number %(value)s", value=value)
        case _:
            return message("the language %(value)s", value=value)


def _date_message(node: DateRange) -> Message:
    first, end = node.first, node.end
    if first and end:
        return message("a date on or after %(first)s and before %(end)s", first=first, end=end)
    if first:
        return message("a date on or after %(first)s", first=first)
    if end:
        return message("a date before %(end)s", end=end)
    return message("any date")
