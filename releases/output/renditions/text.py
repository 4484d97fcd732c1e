"""Plain-text rendition, for mail, print and reimport."""

from __future__ import annotations

from releases.models import Image, Release
from releases.output import banner, flow, plain
from releases.output.edition import Edition
from releases.parsing import provenance

WIDTH = 72  # characters per line, as in mail (RFC 3676)


def make(edition: Edition) -> bytes:
    """Return the text, then permalink, version and checksum, in UTF-8.

    The importer reads it back as the same release. A withdrawn one has a notice above its title.
    """
    composed = provenance.append(plain.compose(edition.text, WIDTH), _provenance(edition))
    if edition.release.status == Release.Status.WITHDRAWN:
        composed = f"{plain.wrap(edition.notice, WIDTH)}\n\n{composed}"
    return composed.encode()


def _provenance(edition: Edition) -> list[str]:
    return [
        f"Release {edition.number}, version {edition.version.number}",
        edition.permalink,
        edition.version_link,
        f"SHA-256 {edition.version.sha256}",
        *(plain.wrap(line, WIDTH) for line in banner.lines(edition)),
        *(f"{words}: {address}" for words, address in flow.links(edition)),
        *(_image(edition, image) for image in edition.layout.all),
    ]


def _image(edition: Edition, image: Image) -> str:
    """Return place, words and address of an image, which text cannot show."""
    if image.is_lead:
        place = "Lead image"
    elif image in edition.layout.below:
        place = "Image"
    else:
        place = f"Image after paragraph {image.after_paragraph}"
    words = " ".join(filter(None, (image.caption or image.alt, image.credit, image.rights)))
    address = edition.site + image.address(image.stored()[0].name)
    return plain.wrap(f"{place}: {words}".rstrip(": "), WIDTH) + f"\n{address}"
