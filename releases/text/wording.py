"""A query tree -> words, so that the reader sees how the query was understood."""

from __future__ import annotations

from releases.text.query_tree import All, Any, Dated, Is, Node, Not, Phrase, Prefix, Words

_PLACES = {
    "text": "",
    "title": " in the title",
    "contact": " in the press contact",
    "said": " between quotation marks",
}


def in_words(node: Node) -> str:
    """What a release must have, as the end of a sentence: `the word water and not “dry”`."""
    match node:
        case All(nodes):
            return " and ".join(map(_inner, nodes))
        case Any(nodes):
            return " or ".join(map(_inner, nodes))
        case Not(child):
            return f"not {_inner(child)}"
        case Is(field, value):
            return f"the {field} {value}"
        case Dated():
            return _dated(node)
        case Words(text, field):
            return f"{'the words' if ' ' in text else 'the word'} {text}{_PLACES[field]}"
        case Phrase(text, field):
            return f"exactly “{text}”{_PLACES[field]}"
        case Prefix(text, field):
            return f"a word that begins with {text}{_PLACES[field]}"


def _inner(node: Node) -> str:
    return f"({in_words(node)})" if isinstance(node, All | Any) else in_words(node)


def _dated(node: Dated) -> str:
    first = f"from {node.first:%Y-%m-%d} on" if node.first else ""
    end = f"before {node.end:%Y-%m-%d}" if node.end else ""
    return f"a date {' and '.join(filter(None, (first, end))) or 'of any day'}"
