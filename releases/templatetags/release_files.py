"""Images and files in templates."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.template.context import RequestContext

from pressroom.infra.office import origin
from releases.models import Image, addresses
from releases.models.files import StoredFile

# Best first: a browser takes the first format it supports.
SOURCES = ("image/avif", "image/webp")
FALLBACK_TYPE = "image/jpeg"
FALLBACK_WIDTH = 960  # pixels, for browsers without srcset; also sets the reserved height

register = template.Library()


@dataclass(frozen=True)
class Source:
    """An image's renditions in one format."""

    media_type: str
    srcset: str


@dataclass(frozen=True)
class Picture:
    """Values of a <picture> element; `shown` is the fallback URL."""

    sources: tuple[Source, ...]
    fallback: Source
    shown: str
    width: int
    height: int
    full: str
    full_file: StoredFile


@register.filter
def picture(image: Image) -> Picture:
    """Return the image's URLs and sizes."""
    full, *smaller = image.stored()
    jpegs = [file for file in smaller if file.media_type == FALLBACK_TYPE]
    shown = [file for file in jpegs if file.width <= FALLBACK_WIDTH][-1:] or jpegs[:1]
    return Picture(
        sources=tuple(_source(image, smaller, media_type) for media_type in SOURCES),
        fallback=_source(image, smaller, FALLBACK_TYPE),
        shown=image.address(shown[0].name),
        width=shown[0].width,
        height=shown[0].height,
        full=image.address(full.name),
        full_file=full,
    )


def _source(image: Image, renditions: list[StoredFile], media_type: str) -> Source:
    candidates = (
        f"{image.address(file.name)} {file.width}w"
        for file in renditions
        if file.media_type == media_type
    )
    return Source(media_type, ", ".join(candidates))


@register.filter
def format_name(media_type: str) -> str:
    """Return the format of a media type: image/jpeg -> JPEG."""
    return media_type.partition("/")[2].upper()


@register.simple_tag(takes_context=True)
def absolute_url(context: RequestContext, name: str, number: str) -> str:
    """Return the absolute URL of the named page of a release."""
    return origin(context["request"]) + addresses.of_release(name, number)


@register.filter
def thumbnail(image: Image) -> str:
    """Return the URL of the smallest JPEG rendition."""
    jpegs = [file for file in image.stored()[1:] if file.media_type == FALLBACK_TYPE]
    return image.address(jpegs[0].name)
