"""Press contacts in templates."""

from __future__ import annotations

import re

from django import template
from django.template.defaultfilters import urlize
from django.utils.html import format_html, format_html_join

from releases.models import Release
from releases.parsing import contacts

register = template.Library()


@register.filter
def read_contact(release: Release) -> contacts.Contact:
    """Return the name, role, phones and emails in the contact block."""
    return contacts.parse(release.contact)


@register.filter
def is_outdated_by(printed: contacts.Contact, current: str) -> bool:
    """Return whether the office's current contact has a phone or email that the printed lacks."""
    now = contacts.parse(current)
    known = {*map(tel_number, printed.phones), *printed.emails}
    return not known.issuperset([*map(tel_number, now.phones), *now.emails])


@register.filter
def tel_number(phone: str) -> str:
    """Return a phone number for a `tel:` URL: digits and an optional leading plus."""
    return re.sub(r"(?!^\+)\D", "", phone)


@register.filter
def contact_links(text: str) -> str:
    """Return the text as HTML, with links that call its phones, write to its emails and open its
    addresses."""
    phones = contacts.parse(text).phones
    if not phones:
        return urlize(text)
    longest_first = sorted(phones, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
    return format_html_join("", "{}", ((_call(p) if p in phones else urlize(p),) for p in parts))


def _call(phone: str) -> str:
    return format_html('<a class="unbroken" href="tel:{}">{}</a>', tel_number(phone), phone)
