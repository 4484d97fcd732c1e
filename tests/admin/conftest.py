"""Fixtures that post a release's forms as a browser would."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.admin.imported import PAGE, import_queued
from tests.admin.sending import sent_from


@pytest.fixture
def ada(client, staff):
    """Sign in as Ada, an administrator."""
    person = staff("administrator", "Ada")
    client.force_login(person)
    return person


@pytest.fixture
def change_url():
    """Return the URL of a release's change form."""
    return lambda release: reverse("admin:releases_release_change", args=[release.pk])


@pytest.fixture
def save(admin_client, change_url):
    """Save the change form with these values changed; return the next page."""

    def send(release, **changed):
        context = admin_client.get(change_url(release)).context
        return admin_client.post(
            change_url(release), {**sent_from(context), **changed}, follow=True
        )

    return send


@pytest.fixture
def send(admin_client):
    """Post a text or files (name and bytes) to the import page; return the response."""

    def post(text="", *files):
        upload = [SimpleUploadedFile(name, data) for name, data in files]
        page = admin_client.post(PAGE, {"text": text, "upload": upload}, follow=True)
        return import_queued(admin_client, page)

    return post
