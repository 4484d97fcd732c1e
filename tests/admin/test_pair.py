"""Marking a release as a translation of another."""

import pytest
from django.urls import reverse

from releases import publishing
from releases.admin.actions import ORIGINAL_OR_NONE
from releases.models import Release


@pytest.fixture
def paired(publish):
    """Return a public translation of a public release."""
    translation = publish(title="La oficina", language="es")
    return publishing.set_original(translation, publish(title="The office"))


def send(client, release, **fields):
    address = reverse("admin:releases_release_verb", args=[release.pk, "pair"])
    seen = Release.objects.get(pk=release.pk).updated_at.isoformat()
    return client.post(address, {"seen": seen, **fields}, follow=True)


def test_page_shows_the_present_original(admin_client, paired):
    address = reverse("admin:releases_release_verb", args=[paired.pk, "pair"])

    assert f'value="{paired.translation_of.number}"' in admin_client.get(address).text


@pytest.mark.parametrize("both", [False, True])
def test_empty_field_or_a_contradiction_keeps_the_translation(admin_client, paired, both):
    number = paired.translation_of.number
    fields = {"original": number, "is_not_a_translation": "on"} if both else {"original": ""}

    assert ORIGINAL_OR_NONE in send(admin_client, paired, **fields).text

    assert Release.objects.get(pk=paired.pk).translation_of == paired.translation_of


def test_box_removes_the_translation(admin_client, paired):
    send(admin_client, paired, original="", is_not_a_translation="on")

    assert Release.objects.get(pk=paired.pk).translation_of is None


def test_writer_pairs_drafts_alone(client, staff, paired, make_release):
    client.force_login(staff("writer"))
    draft = make_release(language="es")
    number = paired.translation_of.number

    refused = send(client, paired, original="", is_not_a_translation="on")
    send(client, draft, original=number)

    assert "This needs the" in refused.text
    assert Release.objects.get(pk=paired.pk).translation_of.number == number
    assert Release.objects.get(pk=draft.pk).translation_of.number == number
