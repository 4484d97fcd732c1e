"""The language of a page in its template."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from releases.web.languages import Alternate, alternates, translate

register = template.Library()
register.filter("said", translate)


@register.simple_tag(takes_context=True)
def languages(context: RequestContext) -> list[Alternate]:
    """This page in each language of the interface; [] where it has but one, or is not there."""
    request = context.get("request")
    return list(alternates(request)) if request and not context.get("is_missing") else []
