"""Fixtures: releases and files for page tests."""

import datetime

import pytest

from releases import publishing
from releases.models import Topic
from tests.media import samples


@pytest.fixture
def filed(publish):
    """Releases with one topic, of two years; one more is embargoed."""
    water = Topic.objects.create(name="Water", slug="water")
    in_spanish = publish(title="Agua", language="es-MX", date=datetime.date(2023, 2, 1))
    in_english = publish(title="Rivers")
    publish(title="Unfiled")
    for release in (in_spanish, in_english):
        release.topics.add(water)
    return water


@pytest.fixture
def report(publish, attach_image, attach_pdf):
    """A public release with an image and a document."""
    release = publish()
    attach_image(release, samples.with_personal_tags(), rights="Public domain")
    attach_pdf(release, "The complaint names a county")
    publishing.record_change(release, "update", "The complaint was added.")
    return release


def body(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content
