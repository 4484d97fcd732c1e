"""A release's text in templates: the one place that calls HTML safe."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from releases.content import markup, paragraph_ids
from releases.models import Release, Version
from releases.output.edition import Edition
from releases.output.renditions import jsonld
from releases.parsing import contacts
from releases.search.highlighting import Segments

LEAD_LENGTH = 280
_SCRIPT_ESCAPES = {
    ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"
}  # so that no element ends early

register = template.Library()


@dataclass(frozen=True)
class RenderedSection:
    """A section as the page prints it."""

    heading: str
    html: SafeString
    after_end: bool


@dataclass(frozen=True)
class RenderedText:
    """A release's text as the page prints it: its paragraphs are numbered through."""

    body: SafeString
    sections: tuple[RenderedSection, ...]


@register.simple_tag
def render_draft(release: Release) -> RenderedText:
    """The body's and the sections' HTML of a release that is not on record yet; the paragraphs' ids
    run from p1 to the last."""
    parts = [section.snapshot() for section in release.sections.all()]
    numbers = range(1, 1 + len(paragraph_ids.texts({"body": release.body, "sections": parts})))
    return _render({"body": release.body, "sections": parts}, numbers, ())


@register.simple_tag
def render_version(version: Version, number: str = "") -> RenderedText:
    """The same of a version, with the ids that its paragraphs have for good. With the release's
    number, each has links to itself and to the page that quotes it."""
    numbers = tuple(version.paragraphs)
    links = [_paragraph_links(number, version.number, each) for each in numbers] if number else []
    return _render(version.snapshot, numbers, links)


def _render(
    snapshot: Mapping[str, Any], numbers: Iterable[int], links: Iterable[str]
) -> RenderedText:
    left, behind = iter(numbers), iter(links)

    def html(source: str) -> SafeString:
        size = len(markup.paragraphs(source))
        parts = tuple(islice(left, size)), tuple(islice(behind, size))
        return SafeString(markup.to_html(source, *parts))  # nosec B703

    body = html(snapshot["body"])
    sections = (
        RenderedSection(part["heading"], html(part["body"]), part["after_end"])
        for part in snapshot["sections"]
    )
    return RenderedText(body, tuple(sections))


def _paragraph_links(number: str, version: int, paragraph: int) -> SafeString:
    """Their words are names for assistive technology and marks of the style sheet: whoever reads
    or copies the text out of the page reads the release alone."""
    return format_html(
        '<span class="paragraph-links"><a href="#p{0}" aria-label="{1}"></a>'
        '<a href="{2}?v={3}" data-quote aria-label="{4}"></a></span>',
        paragraph,
        _("Link to paragraph %(number)s") % {"number": paragraph},
        reverse("quote", args=[number, paragraph]),
        version,
        _("Quote paragraph %(number)s") % {"number": paragraph},
    )


@register.filter
def plain(source: str) -> str:
    """Restricted Markdown as a reader sees it, without marks."""
    return markup.to_plain(source)


@register.filter
def xml_safe(text: str) -> str:
    """The text without what XML cannot carry."""
    return markup.strip_control_characters(text)


@register.filter
def lead(release: Release) -> str:
    """The first paragraph, cut at a word after some 280 characters."""
    paragraph = markup.first_paragraph(release.body)
    return Truncator(paragraph).chars(LEAD_LENGTH, truncate=" …")


@register.filter
def marked(segments: Segments) -> SafeString:
    """Pieces of plain text, escaped, those that were found within <mark>."""
    pieces = (f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in segments)
    return SafeString("".join(pieces))  # nosec B703


@register.filter
def json_ld(edition: Edition) -> SafeString:
    """Its JSON-LD as the element that search engines read: data, which no browser runs."""
    data = json.dumps(jsonld.article(edition), ensure_ascii=False).translate(_SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(data))  # nosec B703


@register.simple_tag
def example(query: str) -> SafeString:
    """A query as a link that asks it."""
    address = f"{reverse('search')}?{urlencode({'q': query})}"
    return format_html('<a href="{}"><code>{}</code></a>', address, query)


@register.filter
def read_contact(release: Release) -> contacts.Contact:
    """Name, role, phones and e-mails read from the contact block."""
    return contacts.parse(release.contact)


@register.filter
def tel_number(phone: str) -> str:
    """A phone number as its `tel:` address has it: digits and a leading plus."""
    return re.sub(r"(?!^\+)\D", "", phone)


@register.filter
def as_date(iso: str) -> datetime.date | None:
    """The date in a snapshot, where it is plain text."""
    return datetime.date.fromisoformat(iso) if iso else None


@register.filter(expects_localtime=True)
def iso(moment: datetime.datetime) -> str:
    """A moment as HTML has it: at most three digits of a second, so none.
    https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#times"""
    return moment.isoformat(timespec="seconds")


@register.simple_tag
def comparison_url(before: Version, after: Version, number: str) -> str:
    """Where the two versions of the release of that number are compared."""
    return reverse("comparison", args=[number, (before.number, after.number)])


@register.filter
def public_date(version: Version, first: Version) -> datetime.datetime:
    """Since when the public could read a version: the first one, since its release."""
    return version.release.release_at or version.at if version.pk == first.pk else version.at


@register.filter
def earlier_than(versions: Sequence[Version], version: Version) -> Version:
    """The version before that one, of versions that have the newest first."""
    return versions[versions.index(version) + 1]


@register.filter
def last_change(history: Sequence[Version]) -> Version | None:
    """The latest correction or update of a history that has the oldest first."""
    kinds = (Version.Kind.CORRECTION, Version.Kind.UPDATE)
    return next((version for version in reversed(history) if version.kind in kinds), None)


@register.filter
def last_moment(history: Sequence[Version]) -> datetime.datetime | None:
    """When the latest version of a history was made: of a withdrawn release, its withdrawal."""
    return history[-1].at if history else None


@register.filter
def past(kind: str) -> str:
    """A version's kind as what was done."""
    done = {"update": _("updated"), "correction": _("corrected"), "withdrawal": _("withdrawn")}
    return done.get(kind, kind)
