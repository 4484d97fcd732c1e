"""Words around the text of a PDF or Word file, in the release's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pressroom.infra import office
from releases.output import plain
from releases.output.edition import Edition

LONG_FORMAT = {"en": "l, F j, Y"}  # with the day of the week


@dataclass(frozen=True)
class Letterhead:
    """Labels and lines that are printed with a release."""

    office: str
    kind: str
    number: str
    date: str
    footer: str
    short_link: str
    version_link: str
    contact_label: str
    links_label: str


def language(edition: Edition) -> translation.override:
    """Return a context in the release's language, or the site's if that is not translated."""
    known = [tag for tag, _name in settings.LANGUAGES]
    base = base_language(edition)
    return translation.override(base if base in known else settings.LANGUAGE_CODE)


def base_language(edition: Edition) -> str:
    """Return the language without region or script."""
    return edition.text.language.partition("-")[0].lower()


def is_right_to_left(edition: Edition) -> bool:
    return bool(LANG_INFO.get(base_language(edition), {}).get("bidi"))


def letterhead(edition: Edition) -> Letterhead:
    """Return the words in the active language."""
    name = office.current().name
    date = date_format(edition.date, LONG_FORMAT.get(base_language(edition), "DATE_FORMAT"))
    values = {"office": name, "number": edition.number, "version": edition.version.number}
    return Letterhead(
        office=name,
        kind=_("Press release"),
        number=_("Release %(number)s") % values,
        date=plain.after_place(edition.text, date),
        footer=_("%(office)s · Release %(number)s, version %(version)s") % values,
        short_link=edition.short_link,
        version_link=edition.version_link,
        contact_label=_("Press contact"),
        links_label=_("Links"),
    )
