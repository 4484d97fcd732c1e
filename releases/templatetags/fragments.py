"""Parts of pages that are the same on many pages, rendered once per process."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.html import escape
from django.utils.translation import get_language

from releases.models import addresses

MAX_RENDERED = 64  # of one fragment
PRINTED = "\ue000"  # stands for the value that a fragment prints
_NUMBER = re.compile(r"[0-9]{4}-[0-9]{4,12}")  # of a release, which may be in addresses

register = template.Library()


class FragmentNode(template.Node):
    """HTML that depends on the language, the office and some values only, but for the text of the
    variable `printed`."""

    def __init__(self, content: NodeList, values: list[FilterExpression], printed: str) -> None:
        self.content = content
        self.values = values
        self.printed = printed
        self.rendered: dict[tuple[Any, ...], list[str]] = {}

    def render(self, context: Context) -> str:
        office = context.get("office_key")
        # While debugging the template may have changed; error pages may know no office.
        if office is None or (context.template and context.template.engine.debug):
            return self.content.render(context)
        values = (str(value.resolve(context)) for value in self.values)
        printed = str(context.get(self.printed, ""))
        mark = _mark(printed)
        key = (get_language(), get_script_prefix(), office, mark, *values)
        parts = self.rendered.get(key)
        if parts is None:
            if len(self.rendered) >= MAX_RENDERED:
                self.rendered.clear()
            parts = self.rendered[key] = self._parts(context, mark)
        return escape(printed).join(parts)

    def _parts(self, context: Context, mark: str) -> list[str]:
        """Return what is before, between and after each place of the printed variable."""
        with context.push(**{self.printed: mark}):
            rendered = self.content.render(context)
            return rendered.split(mark) if mark else [rendered]


def _mark(printed: str) -> str:
    """Return what stands for the value of the printed variable."""
    if not printed:
        return ""
    return addresses.EXAMPLE if _NUMBER.fullmatch(printed) else PRINTED


@register.tag
def fragment(parser: Parser, token: Token) -> FragmentNode:
    """Render the block once for each office, language and combination of the values given.

    The block prints no other variables than these values and what `pressroom.infra.office.context`
    gives every page. After `printing`, name a variable that differs each time: the block may print
    it, without filters, and test whether it is empty; the number of a release also in addresses.
    """
    _, *values = token.split_contents()
    printed = values.pop() if values[-2:-1] == ["printing"] else ""
    content = parser.parse(("endfragment",))
    parser.delete_first_token()
    keys = [parser.compile_filter(value) for value in values if value != "printing"]
    return FragmentNode(content, keys, printed)
