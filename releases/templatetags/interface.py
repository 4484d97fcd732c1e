"""Interface language in templates."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.utils.translation import get_language_info

from releases.web.languages import Alternate, alternates, translate

register = template.Library()
register.filter("translated", translate)


@register.simple_tag(takes_context=True)
def languages(context: RequestContext) -> list[Alternate]:
    """Return this page in each interface language; [] if it has only one or is missing."""
    request = context.get("request")
    return list(alternates(request)) if request and not context.get("is_missing") else []


@register.filter
def language_name(tag: str) -> str:
    """Return the name of a language (BCP 47 tag) in that language; the tag if Django knows none."""
    try:
        return str(get_language_info(tag.lower())["name_local"])
    except KeyError:
        return tag
