"""Parts of pages that are the same on many pages, rendered once per process."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.translation import get_language

MAX_RENDERED = 64  # of one fragment
# Variables of every page that a fragment may print; the seal is the only other one.
SHARED_VARIABLES = ("interface", "office_name", "press_contact", "footer_text", "default_language")

register = template.Library()


class FragmentNode(template.Node):
    """HTML that depends on the language, the office and some values only."""

    def __init__(self, content: NodeList, values: list[FilterExpression]) -> None:
        self.content = content
        self.values = values
        self.rendered: dict[tuple[Any, ...], str] = {}

    def render(self, context: Context) -> str:
        if context.template and context.template.engine.debug:  # the template may have changed
            return self.content.render(context)
        key = (*_shared_values(context), *(str(v.resolve(context)) for v in self.values))
        html = self.rendered.get(key)
        if html is None:
            if len(self.rendered) >= MAX_RENDERED:
                self.rendered.clear()
            html = self.rendered[key] = self.content.render(context)
        return html


def _shared_values(context: Context) -> tuple[Any, ...]:
    seal = context.get("seal")
    shown = (context.get(name) for name in SHARED_VARIABLES)
    return get_language(), get_script_prefix(), seal and (seal.key, seal.alt), *shown


@register.tag
def fragment(parser: Parser, token: Token) -> FragmentNode:
    """Render the block once for each office, language and combination of the values given.

    The block prints no other variables.
    """
    _, *values = token.split_contents()
    content = parser.parse(("endfragment",))
    parser.delete_first_token()
    return FragmentNode(content, [parser.compile_filter(value) for value in values])
