"""Approved releases keep title, date and text; invisible characters do not count as text."""

import pytest
from django.urls import reverse

from releases import publishing
from releases.models import Release
from tests.admin.sending import sent_from

NOTHING = ["", "\u200b\u00ad", "\u2800", "\u115f\u3164"]
CORRECTION = {"change_kind": "correction", "change_note": "It was wrong."}


@pytest.mark.parametrize("text", NOTHING)
@pytest.mark.parametrize(("name", "said"), [("title", "title"), ("body", "text")])
def test_public_release_is_not_emptied(admin_client, change_url, publish, name, said, text):
    release = publish()
    page = admin_client.get(change_url(release))
    for _ in range(2):
        sent = {**sent_from(page.context), **CORRECTION, name: text}
        page = admin_client.post(change_url(release), sent)

    assert page.context["adminform"].form.errors[name] == [f"The {said} is missing."]
    assert getattr(Release.objects.get(), name) == getattr(release, name)


def test_public_release_keeps_its_date(admin_client, change_url, publish):
    release = publish()
    sent = sent_from(admin_client.get(change_url(release)).context)

    page = admin_client.post(change_url(release), {**sent, **CORRECTION, "date": ""})

    assert "The date is missing" in page.text
    assert Release.objects.get().date == release.date


@pytest.mark.usefixtures("past_the_actions")
@pytest.mark.parametrize("text", NOTHING)
def test_action_refuses_an_emptied_release(publish, text):
    release = publish()
    Release.objects.filter(pk=release.pk).update(body=text)

    with pytest.raises(publishing.ActionRefusedError, match=r"The text is missing\."):
        publishing.record_change(release, "correction", "It was wrong.")


@pytest.mark.usefixtures("past_the_actions")
def test_constraint_of_the_database_refuses_in_its_sentence(publish):
    release = publish()

    with (
        pytest.raises(publishing.ActionRefusedError, match="An approved release needs a title"),
        publishing.refusing_constraint_violations(),
    ):
        Release.objects.filter(pk=release.pk).update(date=None)


@pytest.mark.parametrize("text", NOTHING[1:])
@pytest.mark.parametrize("name", ["withdraw", "remove", "block"])
def test_invisible_reason_counts_as_missing(admin_client, publish, name, text):
    release = publish()
    page = reverse("admin:releases_release_verb", args=[release.pk, name])

    answer = admin_client.post(page, {"reason": text, "seen": release.updated_at.isoformat()})

    assert answer.context["form"].errors["reason"] == ["This field is required."]
    assert Release.objects.get().status == "approved"


@pytest.mark.parametrize("text", NOTHING[1:])
def test_invisible_note_counts_as_missing(admin_client, change_url, publish, text):
    sent = sent_from(admin_client.get(change_url(publish())).context)

    page = admin_client.post(
        change_url(Release.objects.get()),
        {**sent, "title": "Two Offices", "change_kind": "correction", "change_note": text},
    )

    assert "change_note" in page.context["adminform"].form.errors


@pytest.mark.parametrize("text", NOTHING[1:])
def test_own_work_is_not_approved_with_an_invisible_reason(make_release, staff, text):
    person = staff("publisher")
    release = make_release(edited_by=person)
    publishing.record_creation(release, by=person)

    with pytest.raises(publishing.ActionRefusedError):
        publishing.approve(release, None, override=text, by=person)
