"""A release's text in templates: the only module that marks HTML as safe."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from releases.content import markup, paragraph_ids
from releases.models import Image, Release, Version, addresses
from releases.output.edition import Edition
from releases.output.image_layout import ImageLayout, arrange, recorded
from releases.output.leads import lead
from releases.output.renditions import jsonld
from releases.search.facets import Facet
from releases.search.highlighting import Segments
from releases.search.hits import Hit
from releases.search.near_duplicates import Group
from releases.web import list_languages, row_html
from releases.web.forms import FilterGroup, FilterLink

# Keep JSON from closing its <script> element.
_SCRIPT_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"}

register = template.Library()
register.filter("lead", lead)
register.filter(row_html.title_style)
register.filter(row_html.direction)
register.filter(list_languages.usual_language)
register.filter(list_languages.language_note)
register.filter(list_languages.other_language)


@dataclass(frozen=True)
class RenderedSection:
    """A section's heading and HTML."""

    heading: str
    html: SafeString
    after_end: bool
    anchor: str = ""


@dataclass(frozen=True)
class RenderedText:
    """HTML of a release's text, with paragraph ids that run through all sections."""

    body: SafeString
    sections: tuple[RenderedSection, ...]
    images: ImageLayout  # those in the text are in the HTML

    @property
    def headed(self) -> list[RenderedSection]:
        """Return the sections that have a heading, in page order."""
        in_order = sorted(self.sections, key=lambda section: section.after_end)
        return [section for section in in_order if section.heading]


FIGURE = "releases/_figure.html"


@register.simple_tag(takes_context=True)
def render_draft(context: Context, release: Release) -> RenderedText:
    """Return the HTML of a release that is not on record yet, with paragraph ids from p1, and its
    images."""
    parts = [section.snapshot() for section in release.sections.all()]
    numbers = range(1, 1 + len(paragraph_ids.texts({"body": release.body, "sections": parts})))
    layout = arrange(release.images.all(), numbers)
    figures = _figures(context, layout, FIGURE)
    return _render({"body": release.body, "sections": parts}, numbers, (), layout, figures)


@register.simple_tag(takes_context=True)
def render_version(
    context: Context,
    version: Version,
    number: str = "",
    images: Iterable[Image] = (),
    figure: str = FIGURE,
    pin: int | None = None,
) -> RenderedText:
    """Return the HTML of a version, with its permanent paragraph ids and these images.

    With the release's number, each paragraph links to its quote page, in version `pin` if given.
    `figure` is the template of an image.
    """
    numbers = tuple(version.paragraphs)
    links = _paragraph_links(number, pin, numbers) if number else ()
    layout = arrange(images, numbers)
    figures = _figures(context, layout, figure)
    return _render(version.snapshot, numbers, links, layout, figures)


@register.filter
def recorded_images(version: Version) -> list[Image]:
    """Return the words about a version's images, whose files may have been replaced since."""
    return recorded(version)


def _figures(context: Context, layout: ImageLayout, template_name: str) -> dict[int, str]:
    """Return the HTML of the images in the text, by paragraph number."""
    shown = {"interface": context.get("interface"), "edition": context.get("edition")}
    placed = ((number, image) for number, images in layout.placed.items() for image in images)
    figures: dict[int, str] = {}
    for place, (number, image) in enumerate(placed, start=2 if layout.lead else 1):
        html = render_to_string(template_name, {**shown, "image": image, "place": place})
        figures[number] = figures.get(number, "") + html
    return figures


def _render(
    snapshot: Mapping[str, Any],
    numbers: Iterable[int],
    links: Iterable[str],
    images: ImageLayout,
    figures: Mapping[int, str],
) -> RenderedText:
    ids, suffixes = iter(numbers), iter(links)

    def html(source: str) -> SafeString:
        size = len(markup.paragraphs(source))
        parts = tuple(islice(ids, size)), tuple(islice(suffixes, size))
        return SafeString(markup.to_html(source, *parts, figures))  # nosec B703

    body = html(snapshot["body"])
    sections = (
        RenderedSection(part["heading"], html(part["body"]), part["after_end"], f"section-{place}")
        for place, part in enumerate(snapshot["sections"], start=1)
    )
    return RenderedText(body, tuple(sections), images)


def _paragraph_links(number: str, version: int | None, numbers: Iterable[int]) -> Iterator[str]:
    """Yield the HTML of the link to each paragraph."""
    # Its label is in an ARIA attribute, its mark in the style sheet: copied text contains only
    # the release.
    pin, label = f"?v={version}" if version else "", escape(_("Quote paragraph %(number)s"))
    for each in numbers:
        link, words = addresses.of_quote(number, each) + pin, label % {"number": each}
        yield f'<a class="paragraph-link" href="{link}" data-quote aria-label="{words}"></a>'


@register.filter
def plain(source: str) -> str:
    """Return restricted Markdown as plain text."""
    return markup.to_plain(source)


@register.filter
def xml_safe(text: str) -> str:
    """Remove the control characters that XML forbids."""
    return markup.strip_control_characters(text)


@register.filter
def marked(segments: Segments) -> SafeString:
    """Return escaped text with the matching segments in <mark>."""
    return SafeString(row_html.marked(segments))  # nosec B703


@register.simple_tag
def release_row(release: Release, level: int, form: str, usual: str) -> SafeString:
    """Return date, title, lead and topics of a release in a list, with a heading of that level."""
    return SafeString(row_html.release_row(release, level, form, usual))  # nosec B703


@register.filter
def found_releases(groups: Iterable[Group]) -> list[Release]:
    """Return the releases of search results, without those that are similar."""
    return [group.first.release for group in groups]


@register.simple_tag
def topic_language() -> SafeString:
    """Return the lang attribute of a topic's name, if it needs one."""
    return SafeString(row_html.topic_language())  # nosec B703


@register.filter
def topic_links(topics: Iterable[Facet]) -> SafeString:
    """Return list items of links to topics, with the numbers of their releases."""
    return SafeString(row_html.topic_links(topics))  # nosec B703


@register.filter
def result_cards(groups: Iterable[Group]) -> SafeString:
    """Return the search results as cards, with what they were found in, and similar results."""
    return SafeString(row_html.result_cards(groups))  # nosec B703


@register.filter
def result_card(hit: Hit) -> SafeString:
    """Return date, title, passage and topics of a search result as a card."""
    return SafeString(row_html.result_card(hit))  # nosec B703


@register.filter
def address_words(address: str) -> SafeString:
    """Return a URL as HTML without its scheme, broken after slashes only."""
    parts = address.partition("://")[2].split("/")
    return format_html_join(SafeString("/<wbr>"), "{}", ((part,) for part in parts))  # nosec B703


@register.filter
def filter_label(link: FilterLink) -> SafeString:
    """Return the name of an active filter, marked if it is in another language than the page."""
    return SafeString(row_html.filter_label(link))  # nosec B703


@register.filter
def filter_sections(groups: Iterable[FilterGroup]) -> SafeString:
    """Return a section of buttons, or links to pages, for each filter."""
    return SafeString(row_html.filter_sections(groups))  # nosec B703


@register.filter
def page_list(links: Iterable[tuple[int | None, str]], current: int) -> SafeString:
    """Return a list of links to pages."""
    return SafeString(row_html.page_list(links, current))  # nosec B703


@register.filter
def json_ld(edition: Edition) -> SafeString:
    """Return the edition's JSON-LD as a <script> element, which browsers do not run."""
    data = json.dumps(jsonld.article(edition), ensure_ascii=False).translate(_SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(data))  # nosec B703


@register.simple_tag
def query_link(query: str) -> SafeString:
    """Return a link that runs the query."""
    address = f"{reverse('search')}?{urlencode({'q': query})}"
    return format_html('<a href="{}"><code>{}</code></a>', address, query)


@register.filter
def as_date(iso: str) -> datetime.date | None:
    """Parse a date from a snapshot; None for ""."""
    return datetime.date.fromisoformat(iso) if iso else None


@register.filter(expects_localtime=True)
def moment(at: datetime.datetime) -> str:
    """Return date, time and zone; the date alone for midnight, which stands for a day without a
    time."""
    if at.time() == datetime.time.min:
        return date_format(at)
    return f"{date_format(at, 'DATETIME_FORMAT')} {date_format(at, 'T')}"


@register.filter(expects_localtime=True)
def iso(moment: datetime.datetime) -> str:
    """Return a moment for <time datetime>, to the second.

    HTML allows at most three digits of a second:
    https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#times
    """
    return moment.isoformat(timespec="seconds")


@register.simple_tag
def comparison_url(before: Version, after: Version, number: str) -> str:
    """Return the URL of the comparison of two versions of a release."""
    return reverse("comparison", args=[number, (before.number, after.number)])


@register.simple_tag
def changes_url(history: Sequence[Version], change: Version, number: str) -> str:
    """Return the URL of what a version changed; `history` has the oldest first."""
    return comparison_url(history[history.index(change) - 1], change, number)


@register.filter
def public_date(version: Version, first: Version) -> datetime.datetime:
    """Return when a version became public; for the first, the moment of release."""
    return version.release.release_at or version.at if version.pk == first.pk else version.at


@register.filter
def earlier_than(versions: Sequence[Version], version: Version) -> Version:
    """Return the version before `version`; `versions` has the newest first."""
    return versions[versions.index(version) + 1]


@register.filter
def last_change(history: Sequence[Version]) -> Version | None:
    """Return the latest correction or update; `history` has the oldest first."""
    kinds = (Version.Kind.CORRECTION, Version.Kind.UPDATE)
    return next((version for version in reversed(history) if version.kind in kinds), None)


@register.filter
def last_moment(history: Sequence[Version]) -> datetime.datetime | None:
    """Return when the latest version was made; for a withdrawn release, its withdrawal."""
    return history[-1].at if history else None


@register.filter
def past_participle(kind: str) -> str:
    """Return a version's kind as a past participle: update -> updated."""
    done = {"update": _("updated"), "correction": _("corrected"), "withdrawal": _("withdrawn")}
    return done.get(kind, kind)
