"""Restricted Markdown as a tree of blocks, for formats other than HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode

from releases.content import markup

_KINDS = {
    "paragraph": "paragraph",
    "bullet_list": "bullets",
    "ordered_list": "numbers",
    "list_item": "item",
    "blockquote": "quote",
    "table": "table",
    "tr": "row",
    "th": "cell",
    "td": "cell",
    "strong": "strong",
    "em": "em",
    "link": "link",
    "hardbreak": "break",
}


@dataclass(frozen=True)
class Node:
    """Block or inline part: paragraph, bullets, numbers, item, quote, table, row, cell, text,
    strong, em, link or break. `start` is the first number of a list."""

    kind: str
    children: tuple[Node, ...] = ()
    text: str = ""
    href: str = ""
    start: int = 1

    @property
    def plain(self) -> str:
        """Return the words without formatting."""
        return self.text or "".join(child.plain for child in self.children)


def read(source: str) -> tuple[Node, ...]:
    """Return the blocks of the text, with links around printed addresses."""
    return tuple(_nodes(SyntaxTreeNode(markup.linked_tokens(source))))


def _nodes(parent: SyntaxTreeNode) -> Iterator[Node]:
    for node in parent.children:
        if node.type in ("inline", "thead", "tbody"):
            yield from _nodes(node)
        elif kind := _KINDS.get(node.type):
            href, start = str(node.attrs.get("href", "")), int(node.attrs.get("start", 1))
            yield Node(kind, tuple(_nodes(node)), href=href, start=start)
        else:
            yield Node("text", text=" " if node.type == "softbreak" else node.content)
