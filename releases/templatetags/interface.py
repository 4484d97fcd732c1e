"""Interface language in templates."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from urllib.parse import urlencode

from django import template
from django.template.context import RequestContext
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.translation import get_language_info

from releases.models import Release, addresses
from releases.web.cached_formats import address
from releases.web.forms import PAGE_PARAMETERS
from releases.web.languages import Alternate, alternates, translate

register = template.Library()
register.filter("translated", translate)
# As {% url %}, a few times as fast.
register.simple_tag(address, name="address")
register.simple_tag(addresses.of_release, name="release_address")


@register.simple_tag(takes_context=True)
def languages(context: RequestContext) -> list[Alternate]:
    """Return this page in each interface language; [] if it has only one or is missing.

    For a release with a translation into one of them, the page of the translation.
    """
    request = context.get("request")
    if not request or context.get("is_missing"):
        return []
    related = context.get("related")
    translated = (
        {row.language.partition("-")[0]: row for row in related.translations} if related else {}
    )
    return [_of_translation(each, translated.get(each.language)) for each in alternates(request)]


def _of_translation(page: Alternate, release: Release | None) -> Alternate:
    if release is None:
        return page
    return replace(page, address=translate_url(release.get_absolute_url(), page.language))


@register.simple_tag(takes_context=True)
def page_links(context: RequestContext, number: int, pages: int) -> list[tuple[int | None, str]]:
    """Return each of `page_numbers` with the query string of that page."""
    typed = context["request"].GET.lists()
    others = {name: values for name, values in typed if name not in PAGE_PARAMETERS}
    start = f"?{urlencode([*others.items()], doseq=True)}{'&' if others else ''}page="
    return [(each, f"{start}{each}") for each in page_numbers(number, pages)]


def page_numbers(number: int, pages: int) -> list[int | None]:
    """Return the first, the last and the nearest pages of a list; None stands for those between."""
    shown = sorted({1, pages} | {n for n in range(number - 1, number + 2) if 1 <= n <= pages})
    gaps = [[None, n] if n - last > 1 else [n] for last, n in pairwise([0, *shown])]
    return [each for group in gaps for each in group]


@register.filter
def language_name(tag: str) -> str:
    """Return the name of a language (BCP 47 tag) in that language; the tag if Django knows none."""
    try:
        return str(get_language_info(tag.lower())["name_local"])
    except KeyError:
        return tag


@register.filter
def unbroken(words: str) -> str:
    """Return the words as HTML that is never broken over two lines."""
    return format_html('<span class="unbroken">{}</span>', words)
