"""The language of a page in its template."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.utils.translation import get_language_info

from releases.web.languages import Alternate, alternates, translate

register = template.Library()
register.filter("translated", translate)


@register.simple_tag(takes_context=True)
def languages(context: RequestContext) -> list[Alternate]:
    """This page in each language of the interface; [] where it has but one, or is not there."""
    request = context.get("request")
    return list(alternates(request)) if request and not context.get("is_missing") else []


@register.filter
def language_name(tag: str) -> str:
    """Return the name of a language (BCP 47 tag) in that language; the tag if Django knows none."""
    try:
        return str(get_language_info(tag.lower())["name_local"])
    except KeyError:
        return tag
