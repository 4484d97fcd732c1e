"""Crafted values that our pages never send are refused with a message."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse

from releases import publishing
from releases.admin.form_fields import VERSION_MISSING
from releases.admin.release_form import UNKNOWN_VERSION
from releases.models import Release, Topic
from tests.admin.sending import sent_from

UNREADABLE = ["", "x", "2024-02-31T00:00:00Z", "2024-05-14T12:00:00", "9" * 5000]
LIST = reverse("admin:releases_release_changelist")


@pytest.mark.parametrize("seen", UNREADABLE)
def test_action_without_a_readable_expected_version_is_refused(admin_client, publish, seen):
    release = publish()
    page = reverse("admin:releases_release_verb", args=[release.pk, "withdraw"])

    answer = admin_client.post(page, {"reason": "It was wrong.", "seen": seen})

    assert VERSION_MISSING in answer.text
    assert Release.objects.get().status == "approved"


@pytest.mark.parametrize("seen", UNREADABLE)
def test_form_without_a_readable_expected_version_is_refused(
    admin_client, change_url, make_release, seen
):
    release = make_release()
    sent = sent_from(admin_client.get(change_url(release)).context)

    answer = admin_client.post(change_url(release), {**sent, "title": "Typed", "seen": seen})

    assert UNKNOWN_VERSION in answer.text
    assert answer.context["adminform"].form["title"].value() == "Typed"
    assert Release.objects.get().title == release.title


@pytest.mark.parametrize("seen", UNREADABLE)
def test_many_without_readable_expected_versions_are_refused(admin_client, publish, seen):
    release = publish()
    sent = {"action": "withdraw_many", "_selected_action": [release.pk], "apply": "Withdraw"}

    answer = admin_client.post(
        LIST, {**sent, "reason": "Wrong.", f"seen_{release.pk}": seen}, follow=True
    )

    assert "not on the page you confirmed" in answer.text
    assert Release.objects.get().status == "approved"


def test_view_on_site_of_a_draft_has_a_message(admin_client, make_release):
    kind = ContentType.objects.get_for_model(Release)
    address = reverse("admin:view_on_site", args=[kind.pk, make_release().pk])

    assert "It has no public page yet" in admin_client.get(address, follow=True).text


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5000, "x", "-1", "0"])
def test_view_on_site_of_no_row_is_not_found(admin_client, key):
    kind = ContentType.objects.get_for_model(Release).pk

    for pair in ([kind, key], [key, 1]):
        assert admin_client.get(reverse("admin:view_on_site", args=pair)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_sign_in_on_a_read_only_database_is_unavailable(client, staff):
    staff("writer")
    client.raise_request_exception = False
    sent = {"username": "writer", "password": "password"}

    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        answer = client.post(reverse("admin:login"), sent)
    finally:
        connection.close()

    assert answer.status_code == 503


def test_writer_files_nothing_withdrawn_under_topics(staff, publish):
    release = publishing.withdraw(publish(), "It was wrong.")

    with pytest.raises(publishing.ActionRefusedError, match="needs the publisher role"):
        publishing.add_topics(
            release, [Topic.objects.create(name="Water", slug="w")], by=staff("writer")
        )


@pytest.mark.django_db(transaction=True)
def test_text_sent_to_a_read_only_database_stays_on_the_page(client, staff, make_release):
    client.force_login(staff("writer"))
    address = reverse("admin:releases_release_change", args=[make_release().pk])
    sent = sent_from(client.get(address).context) | {"title": "Typed <meanwhile>"}
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    client.raise_request_exception = False
    try:
        page = client.post(address, sent, headers={"Origin": "http://testserver"})
        elsewhere = client.post(address, sent, headers={"Origin": "https://evil.example"})
    finally:
        connection.close()

    assert page.status_code == 503
    assert "Your text was not saved. It is still here" in page.text
    assert '<input type="hidden" name="title" value="Typed &lt;meanwhile&gt;">' in page.text
    assert "meanwhile" not in elsewhere.text
