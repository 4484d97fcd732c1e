"""A release's text in templates: the one place that calls HTML safe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from releases.models import Release
from releases.search.highlighting import Segments
from releases.text import contacts, markup

LEAD_LENGTH = 280

register = template.Library()


@dataclass(frozen=True)
class ReadingSection:
    """A section as the page prints it."""

    heading: str
    html: SafeString
    after_end: bool


@dataclass(frozen=True)
class Reading:
    """A release's text as the page prints it: its paragraphs are numbered through."""

    body: SafeString
    sections: tuple[ReadingSection, ...]


@register.simple_tag
def reading(release: Release) -> Reading:
    """The body's and the sections' HTML; the paragraphs' ids run from p1 to the last."""
    first = 1 + len(markup.paragraphs(release.body))
    sections = []
    for section in release.sections.all():
        html = _html(section.body, first)
        sections.append(ReadingSection(section.heading, html, section.after_end))
        first += len(markup.paragraphs(section.body))
    return Reading(_html(release.body), tuple(sections))


def _html(source: str, first: int = 1) -> SafeString:
    """Safe as it is: `markup` escapes all but the tags that it writes itself."""
    return SafeString(markup.to_html(source, first))  # nosec B703


@register.filter
def plain(source: str) -> str:
    """Restricted Markdown as a reader sees it, without marks."""
    return markup.to_plain(source)


@register.filter
def lead(release: Release) -> str:
    """The first paragraph, cut at a word after some 280 characters."""
    paragraphs = markup.paragraphs(release.body)
    return Truncator(paragraphs[0]).chars(LEAD_LENGTH, truncate=" …") if paragraphs else ""


@register.filter
def marked(segments: Segments) -> SafeString:
    """Pieces of plain text, escaped, those that were found within <mark>."""
    pieces = (f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in segments)
    return SafeString("".join(pieces))  # nosec B703


@register.simple_tag
def example(query: str) -> SafeString:
    """A query as a link that asks it."""
    address = f"{reverse('search')}?{urlencode({'q': query})}"
    return format_html('<a href="{}"><code>{}</code></a>', address, query)


@register.filter
def read_contact(release: Release) -> contacts.Contact:
    """Name, role, phones and e-mails read from the contact block."""
    return contacts.read(release.contact)


@register.filter
def dialled(phone: str) -> str:
    """A phone number as its `tel:` address has it: digits and a leading plus."""
    return re.sub(r"(?!^\+)\D", "", phone)
