"""A query tree -> words, so that the reader sees how the query was understood."""

from __future__ import annotations

from collections.abc import Callable

from releases.content.messages import Remark, remark
from releases.search.query.tree import All, Any, Dated, Is, Leaf, Node, Not, Phrase, Prefix, Words

_PLACES = {
    "title": remark("%(what)s in the title", what=""),
    "contact": remark("%(what)s in the press contact", what=""),
    "said": remark("%(what)s between quotation marks", what=""),
}

Say = Callable[[str], str]  # a remark in the reader's language


def in_words(node: Node, say: Say = str) -> str:
    """What a release must have, as the end of a sentence: `the word water and not “dry”`."""
    match node:
        case All(nodes):
            return say(remark(" and ")).join(_inner(each, say) for each in nodes)
        case Any(nodes):
            return say(remark(" or ")).join(_inner(each, say) for each in nodes)
        case Not(child):
            return say(remark("not %(what)s", what=_inner(child, say)))
        case Is(field, value):
            return say(_is(field, value))
        case Dated():
            return say(_dated(node))
        case _:
            return _placed(node, say)


def _inner(node: Node, say: Say) -> str:
    words = in_words(node, say)
    return f"({words})" if isinstance(node, All | Any) else words


def _placed(node: Leaf, say: Say) -> str:
    """Words, and in which part of a release they are looked for."""
    what = say(_sought(node))
    place = _PLACES.get(node.field)
    return say(remark(place.message, what=what)) if place else what


def _sought(node: Leaf) -> Remark:
    match node:
        case Phrase(text):
            return remark("exactly “%(text)s”", text=text)
        case Prefix(text):
            return remark("a word that begins with %(text)s", text=text)
        case Words(text) if " " in text:
            return remark("the words %(text)s", text=text)
        case Words(text):
            return remark("the word %(text)s", text=text)


def _is(field: str, value: str) -> Remark:
    match field:
        case "topic":
            return remark("the topic %(value)s", value=value)
        case "number":
            return remark("the number %(value)s", value=value)
        case _:
            return remark("the language %(value)s", value=value)


def _dated(node: Dated) -> Remark:
    first, end = node.first, node.end
    if first and end:
        return remark("a date from %(first)s on and before %(end)s", first=first, end=end)
    if first:
        return remark("a date from %(first)s on", first=first)
    if end:
        return remark("a date before %(end)s", end=end)
    return remark("a date of any day")
