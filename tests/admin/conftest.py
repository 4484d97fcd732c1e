"""What a browser sends back for a release's change form."""

import pytest
from django.urls import reverse


@pytest.fixture
def change_url():
    """The address of a release's change form."""
    return lambda release: reverse("admin:releases_release_change", args=[release.pk])


@pytest.fixture
def save(admin_client, change_url):
    """Open the change form and save it with these values changed; returns the page after it."""

    def send(release, **changed):
        context = admin_client.get(change_url(release)).context
        forms = [context["adminform"].form]
        for inline in context["inline_admin_formsets"]:
            forms += [inline.formset.management_form, *inline.formset.forms]
        sent = {key: value for form in forms for key, value in sent_by_browser(form)}
        return admin_client.post(change_url(release), {**sent, **changed}, follow=True)

    return send


def sent_by_browser(form):
    for field in form:
        value = field.value()
        if value or (value == 0 and value is not False):
            sent = value if isinstance(value, list) else str(value).replace("\n", "\r\n")
            yield field.html_name, sent
