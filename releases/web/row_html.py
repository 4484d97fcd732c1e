"""HTML of what pages have dozens of: rows of lists, search results, and links with counts.

Templates take several times as long. Everything is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from releases.models import Release
from releases.output.leads import ROW_LEAD_LENGTH, lead
from releases.search.facets import Facet
from releases.search.highlighting import Segments
from releases.search.hits import Hit
from releases.search.near_duplicates import Group
from releases.web.cached_formats import Formats, formats
from releases.web.forms import FilterGroup, FilterLink
from releases.web.list_languages import other_language, usual_language

LONG_TITLE = 90  # characters; longer ones are set smaller
SHOWN_VALUES = 6  # of a filter, before the others are unfolded
# Languages of scripts that run from right to left, among those that people publish in.
RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}

RESULT = """\
<article class="row">
<p class="row-date small muted"><time datetime="{0}">{1}</time>{10}</p>
<div>
<h2 class="{2}" lang="{3}" dir="{4}"><a href="{5}">{6}</a></h2>
<p class="row-lead" lang="{3}" dir="{4}">{7}</p>
{8}{9}</div>
</article>
"""
ROW = """
<article class="row">
<p class="row-date small muted"><time datetime="{0}">{1}</time>{10}</p>
<div>
<h{2} class="{3}" lang="{4}" dir="{5}"><a href="{6}">{7}</a></h{2}>
{8}
{9}

</div>
</article>
"""
ROW_LEAD = '\n<p class="row-lead" lang="{}" dir="{}">{}</p>\n'
HIDDEN = '<span class="visually-hidden"> {}</span>'
TOPIC = f'<li><a href="{{}}"{{}}>{{}}</a> <span class="muted">{{}}{HIDDEN}</span>\n</li>\n'
FACET = f'<li>{{}} <span class="muted">{{}}{HIDDEN}</span></li>'
FACET_PAGE = '<a href="{}"{}>{}</a>'
# Not a link: those to each combination of filters would be endless for crawlers.
FACET_BUTTON = '<button class="link" name="{}" value="{}"{}>{}</button>'
FILTER = """
<section class="facet" aria-labelledby="facet-{0}">
<h3 id="facet-{0}">{1}</h3>
<ul class="plain-list">
{2}
</ul>
{3}</section>
"""
MORE_VALUES = """\
<details>
<summary>{}<span class="visually-hidden">: {}</span></summary>
<ul class="plain-list">
{}
</ul>
</details>
"""
PAGES = "<ol>\n{}</ol>"
PAGE = '<li>{}<span class="visually-hidden">{} </span>{}{}</li>\n'
PAGES_BETWEEN = '<li><span aria-hidden="true">…</span></li>\n'

Topics = tuple[tuple[str, str], ...]  # slugs and names


def marked(segments: Segments) -> str:
    """Return escaped text with the matching segments in <mark>."""
    pieces = (f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in segments)
    return "".join(pieces)


def release_row(release: Release, level: int, form: str, usual: str) -> str:
    """Return date, title, lead and topics of a release in a list, with a heading of that level.

    `usual` is the language that needs no name.
    """
    local = formats()
    language, side = escape(release.language), direction(release.language)
    words = lead(release, ROW_LEAD_LENGTH)
    topics = "".join(f"\n{item}\n" for item in _topic_items(_first_topics(release), local))
    label = escape(_("Topics"))
    return ROW.format(
        release.date.isoformat() if release.date else "",
        escape(local.date(release.date, form) if release.date else ""),
        level,
        title_style(release.title),
        language,
        side,
        escape(local.address("release", release.number, release.slug)),
        escape(release.title),
        ROW_LEAD.format(language, side, escape(words)) if words else "",
        f'\n<ul class="inline-list small" aria-label="{label}">\n{topics}</ul>\n' if topics else "",
        _other_language(release, usual),
    )


def topic_links(topics: Iterable[Facet]) -> str:
    """Return list items of links to topics, with the numbers of their releases."""
    # There are hundreds on a page.
    local, marked_as = formats(), topic_language()
    rows = (
        TOPIC.format(
            escape(local.address("topic", topic.value)),
            marked_as,
            escape(topic.label),
            *local.number(topic.count),
        )
        for topic in topics
    )
    return "".join(rows)


def result_cards(groups: Iterable[Group]) -> str:
    """Return the search results as cards, with what they were found in, and similar results."""
    local, groups = formats(), list(groups)
    usual = usual_language(group.first.release for group in groups)
    return "".join(_card(group.first, local, usual, _details(group)) for group in groups)


def result_card(hit: Hit) -> str:
    """Return date, title, passage and topics of a search result as a card."""
    local = formats()
    return _card(hit, local, local.language)


def _card(hit: Hit, local: Formats, usual: str, details: str = "") -> str:
    release = hit.release
    return RESULT.format(
        release.date.isoformat() if release.date else "",
        escape(local.date(release.date) if release.date else ""),
        title_style(release.title),
        escape(release.language),
        direction(release.language),
        escape(local.address("release", release.number, release.slug)),
        marked(hit.title),
        marked(hit.passage) if hit.passage else escape(lead(release, ROW_LEAD_LENGTH)),
        _topic_list(_first_topics(release), local),
        details,
        _other_language(release, usual),
    )


def _other_language(release: Release, usual: str) -> str:
    name = other_language(release, usual)
    return f" <span>{escape(name)}</span>" if name else ""


def _details(group: Group) -> str:
    if not (group.first.place or group.similar):
        return ""
    shown = {"hit": group.first, "similar": group.similar}
    return render_to_string("search/_result_details.html", shown)


def _first_topics(release: Release) -> Topics:
    return tuple((topic["slug"], topic["name"]) for topic in release.topics_data[:2])


@lru_cache(1 << 10)
def _topic_list(topics: Topics, local: Formats) -> str:
    if not topics:
        return ""
    links = "\n".join(_topic_items(topics, local))
    label = escape(_("Topics"))
    return f'<ul class="inline-list small" aria-label="{label}">\n{links}\n</ul>\n'


def _topic_items(topics: Topics, local: Formats) -> Iterator[str]:
    marked_as = topic_language()
    for slug, name in topics:
        link = escape(local.address("topic", slug))
        yield f'<li><a href="{link}"{marked_as}>{escape(name)}</a></li>'


def topic_language() -> str:
    """Return the attribute of a topic's name, which has no translation, on a page in another
    language than the site's default one."""
    default = settings.LANGUAGE_CODE
    return "" if get_language() == default else f' lang="{escape(default)}"'


def filter_label(link: FilterLink) -> str:
    """Return the name of an active filter, marked if it is in another language than the page."""
    marked_as, label = topic_language() if link.is_topic else "", escape(link.label)
    return f"<span{marked_as}>{label}</span>" if marked_as else label


def filter_sections(groups: Iterable[FilterGroup]) -> str:
    """Return a section of buttons, or links to pages, for each filter."""
    local = formats()
    return "".join(_filter(number, group, local) for number, group in enumerate(groups, 1))


def _filter(number: int, group: FilterGroup, local: Formats) -> str:
    heading = escape(group.heading)
    items = [_filter_item(group, facet, local) for facet in group.values]
    shown, others = "\n".join(items[:SHOWN_VALUES]), items[SHOWN_VALUES:]
    more = escape(_("%(more)s more") % {"more": len(others)})
    folded = MORE_VALUES.format(more, heading, "\n".join(others)) if others else ""
    return FILTER.format(number, heading, shown, folded)


def _filter_item(group: FilterGroup, facet: Facet, local: Formats) -> str:
    label, value = escape(facet.label), escape(facet.value)
    marked_as = topic_language() if group.name == "topic" else ""
    if group.page:
        address = escape(local.address(group.page, facet.value))
        chosen = FACET_PAGE.format(address, marked_as, label)
    else:
        chosen = FACET_BUTTON.format(group.name, value, marked_as, label)
    return FACET.format(chosen, *local.number(facet.count))


def page_list(links: Iterable[tuple[int | None, str]], current: int) -> str:
    """Return a list of links to pages; those without a number stand for the pages between."""
    name = escape(_("Page"))
    return PAGES.format("".join(_page(each, address, current, name) for each, address in links))


def _page(number: int | None, address: str, current: int, name: str) -> str:
    if number is None:
        return PAGES_BETWEEN
    if number == current:
        return PAGE.format('<span aria-current="page">', name, number, "</span>")
    return PAGE.format(f'<a href="{escape(address)}">', name, number, "</a>")


def title_style(title: str) -> str:
    """Return the CSS classes for a title in capitals and for one of over LONG_TITLE characters."""
    styles = ("long-title", len(title) > LONG_TITLE), ("capitals", title.isupper())
    return " ".join(style for style, is_so in styles if is_so)


def direction(language: str) -> str:
    """Return the writing direction of a language (BCP 47 tag): "rtl" or "ltr"."""
    return "rtl" if language.lower().partition("-")[0] in RIGHT_TO_LEFT else "ltr"
