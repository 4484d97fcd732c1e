"""Characters and markup removed from a field are reported to the sender."""

from django.urls import reverse

from releases.models import Release, Topic
from tests.admin.sending import sent_from


def test_release_form_reports_cleaning(client, staff, make_release):
    client.force_login(staff("publisher"))
    page = reverse("admin:releases_release_change", args=[make_release().pk])
    sent = sent_from(client.get(page).context)

    done = client.post(page, {**sent, "title": "County\x0bOpens&nbsp;Twice"}, follow=True)

    assert "Title: " in done.text
    assert Release.objects.get().title.startswith("County")
    assert "\x0b" not in Release.objects.get().title
    assert "&nbsp;" not in Release.objects.get().title


def test_clean_text_is_passed_over_in_silence(client, staff, make_release):
    client.force_login(staff("publisher"))
    page = reverse("admin:releases_release_change", args=[make_release().pk])
    sent = sent_from(client.get(page).context)

    done = client.post(page, {**sent, "title": "AT&T and R&D < all"}, follow=True)

    assert "Title: " not in done.text


def test_topic_form_reports_cleaning(client, staff):
    client.force_login(staff("publisher"))
    sent = {"name": "Water\u202e Rights", "slug": "water"}

    done = client.post(reverse("admin:releases_topic_add"), sent, follow=True)

    assert "Name: " in done.text
    assert Topic.objects.get().name == "Water Rights"


def test_action_page_reports_cleaning_of_the_reason(client, staff, publish):
    client.force_login(staff("publisher"))
    release = publish()
    page = reverse("admin:releases_release_verb", args=[release.pk, "withdraw"])
    sent = {"seen": release.updated_at.isoformat(), "reason": "It was\u200b <b>wrong</b>."}

    done = client.post(page, sent, follow=True)

    assert "Reason: Invisible characters removed: 1 (U+200B)." in done.text
    assert "Reason: HTML tags removed: 2" in done.text
    assert Release.objects.get().status_reason == "It was wrong."


def test_action_page_requires_a_visible_reason(client, staff, publish):
    client.force_login(staff("publisher"))
    release = publish()
    page = reverse("admin:releases_release_verb", args=[release.pk, "withdraw"])

    sent = client.post(page, {"seen": release.updated_at.isoformat(), "reason": "\u200b"})

    assert "This field is required." in sent.text
    assert Release.objects.get().is_published()


def test_note_of_a_change_reports_cleaning(client, staff, publish):
    client.force_login(staff("publisher"))
    page = reverse("admin:releases_release_change", args=[publish().pk])
    sent = sent_from(client.get(page).context)
    changed = {**sent, "title": "Other", "change_kind": "update", "change_note": "Wh\u200by."}

    read = client.post(page, changed)
    done = client.post(page, {**sent_from(read.context), "change_note": "Wh\u200by."}, follow=True)

    assert "Change note: Invisible characters removed: 1 (U+200B)." in done.text
    assert Release.objects.get().versions.last().note == "Why."
