"""HTML of what pages have dozens of: rows of lists, search results, and links with counts.

Templates take several times as long. Everything is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from django.utils.translation import gettext as _

from releases.models import Release
from releases.output.leads import lead
from releases.search.facets import Facet
from releases.search.highlighting import Segments
from releases.search.hits import Hit
from releases.web.cached_formats import address, printed_count, printed_date
from releases.web.forms import FilterLink

LONG_TITLE = 90  # characters; longer ones are set smaller
# Languages of scripts that run from right to left, among those that people publish in.
RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}

RESULT = """\
<article class="row">
<p class="row-date small muted"><time datetime="{0}">{1}</time></p>
<div>
<h2 class="{2}" lang="{3}" dir="{4}"><a href="{5}">{6}</a></h2>
<p class="row-lead" lang="{3}" dir="{4}">{7}</p>
{8}</div>
</article>
"""
ROW = """
<article class="row">
<p class="row-date small muted"><time datetime="{0}">{1}</time></p>
<div>
<h{2} class="{3}" lang="{4}" dir="{5}"><a href="{6}">{7}</a></h{2}>
{8}
{9}

</div>
</article>
"""
ROW_LEAD = '\n<p class="row-lead" lang="{}" dir="{}">{}</p>\n'
HIDDEN = '<span class="visually-hidden"> {}</span>'
TOPIC = f'<li><a href="{{}}">{{}}</a> <span class="muted">{{}}{HIDDEN}</span>\n</li>\n'
FACET = f'<li><a href="{{}}">{{}}</a> <span class="muted">{{}}{HIDDEN}</span></li>'


def marked(segments: Segments) -> str:
    """Return escaped text with the matching segments in <mark>."""
    pieces = (f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in segments)
    return "".join(pieces)


def release_row(release: Release, level: int, form: str) -> str:
    """Return date, title, lead and topics of a release in a list, with a heading of that level."""
    # As in `result_card`.
    language, side = escape(release.language), direction(release.language)
    words = lead(release)
    topics = "".join(f"\n{item}\n" for item in _topic_items(release.topics_data[:2]))
    label = escape(_("Topics"))
    return ROW.format(
        release.date.isoformat() if release.date else "",
        escape(printed_date(release.date, form) if release.date else ""),
        level,
        title_style(release.title),
        language,
        side,
        escape(address("release", release.number, release.slug)),
        escape(release.title),
        ROW_LEAD.format(language, side, escape(words)) if words else "",
        f'\n<ul class="inline-list small" aria-label="{label}">\n{topics}</ul>\n' if topics else "",
    )


def topic_links(topics: Iterable[Facet]) -> str:
    """Return list items of links to topics, with the numbers of their releases."""
    # There are hundreds on a page.
    rows = (
        TOPIC.format(
            escape(address("topic", topic.value)),
            escape(topic.label),
            *printed_count(topic.count),
        )
        for topic in topics
    )
    return "".join(rows)


def result_card(hit: Hit) -> str:
    """Return date, title, passage and topics of a search result as a card."""
    # There are twenty on a page, and a template takes ten times as long.
    release = hit.release
    return RESULT.format(
        release.date.isoformat() if release.date else "",
        escape(printed_date(release.date) if release.date else ""),
        title_style(release.title),
        escape(release.language),
        direction(release.language),
        escape(address("release", release.number, release.slug)),
        marked(hit.title),
        marked(hit.passage) if hit.passage else escape(lead(release)),
        _topic_list(release.topics_data[:2]) if release.topics_data else "",
    )


def _topic_list(topics: Iterable[Mapping[str, str]]) -> str:
    links = "\n".join(_topic_items(topics))
    label = escape(_("Topics"))
    return f'<ul class="inline-list small" aria-label="{label}">\n{links}\n</ul>\n'


def _topic_items(topics: Iterable[Mapping[str, str]]) -> Iterator[str]:
    for topic in topics:
        link = escape(address("topic", topic["slug"]))
        yield f'<li><a href="{link}">{escape(topic["name"])}</a></li>'


def facet_links(links: Iterable[FilterLink]) -> str:
    """Return list items of links that add a filter, with their counts."""
    # There are up to seventy on a page.
    rows = (
        FACET.format(
            escape(link.address),
            escape(link.label),
            link.count,
            printed_count(link.count or 0)[1],
        )
        for link in links
    )
    return "\n".join(rows)


def title_style(title: str) -> str:
    """Return the CSS class for a title in capitals or of more than LONG_TITLE characters, or ""."""
    if len(title) > LONG_TITLE:
        return "long-title"
    return "capitals" if title.isupper() else ""


def direction(language: str) -> str:
    """Return the writing direction of a language (BCP 47 tag): "rtl" or "ltr"."""
    return "rtl" if language.lower().partition("-")[0] in RIGHT_TO_LEFT else "ltr"
