"""Parts of pages that are the same on many pages, rendered once per process."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.translation import get_language

MAX_RENDERED = 64  # of one fragment

register = template.Library()


class FragmentNode(template.Node):
    """HTML that depends on the language, the office and some values only."""

    def __init__(self, content: NodeList, values: list[FilterExpression]) -> None:
        self.content = content
        self.values = values
        self.rendered: dict[tuple[Any, ...], str] = {}

    def render(self, context: Context) -> str:
        office = context.get("office_key")
        # While debugging the template may have changed; error pages may know no office.
        if office is None or (context.template and context.template.engine.debug):
            return self.content.render(context)
        values = (str(value.resolve(context)) for value in self.values)
        key = (get_language(), get_script_prefix(), office, *values)
        html = self.rendered.get(key)
        if html is None:
            if len(self.rendered) >= MAX_RENDERED:
                self.rendered.clear()
            html = self.rendered[key] = self.content.render(context)
        return html


@register.tag
def fragment(parser: Parser, token: Token) -> FragmentNode:
    """Render the block once for each office, language and combination of the values given.

    The block prints no other variables than these values and what `pressroom.infra.office.context`
    gives every page.
    """
    _, *values = token.split_contents()
    content = parser.parse(("endfragment",))
    parser.delete_first_token()
    return FragmentNode(content, [parser.compile_filter(value) for value in values])
