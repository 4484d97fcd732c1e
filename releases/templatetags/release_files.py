"""A release's images and files in templates."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.template.context import RequestContext
from django.urls import reverse

from pressroom.infra.http.client_ip import origin
from releases.models import Image
from releases.models.files import StoredFile

# Best first: a browser takes the first that it knows.
SOURCES = ("image/avif", "image/webp")
FALLBACK_TYPE = "image/jpeg"
FALLBACK_WIDTH = 960  # pixels: what a browser without srcset gets, and whose height holds the place

register = template.Library()


@dataclass(frozen=True)
class Source:
    """The renditions in one format."""

    media_type: str
    srcset: str


@dataclass(frozen=True)
class Picture:
    """An image as <picture> has it: `shown` where nothing else is understood."""

    sources: tuple[Source, ...]
    fallback: Source
    shown: str
    width: int
    height: int
    full: str
    full_file: StoredFile


@register.filter
def picture(image: Image) -> Picture:
    """The image's addresses and sizes."""
    full, *smaller = image.stored()
    jpegs = [one for one in smaller if one.media_type == FALLBACK_TYPE]
    shown = [one for one in jpegs if one.width <= FALLBACK_WIDTH][-1:] or jpegs[:1]
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
        f"{image.address(one.name)} {one.width}w"
        for one in renditions
        if one.media_type == media_type
    )
    return Source(media_type, ", ".join(candidates))


@register.filter
def format_name(media_type: str) -> str:
    """image/jpeg -> JPEG"""
    return media_type.partition("/")[2].upper()


@register.simple_tag(takes_context=True)
def whole_address(context: RequestContext, name: str, *args: str) -> str:
    """The address of a page of that name with scheme and host, for readers elsewhere."""
    return origin(context["request"]) + reverse(name, args=args)
