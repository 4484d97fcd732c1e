"""What a field did not take is named to whoever sent it."""

from django.urls import reverse

from releases.models import Release, Topic
from tests.admin.sending import sent_from


def test_release_form_names_what_was_cleaned(client, staff, make_release):
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


def test_topic_form_names_what_was_cleaned(client, staff):
    client.force_login(staff("publisher"))
    sent = {"name": "Water\u202e Rights", "slug": "water"}

    done = client.post(reverse("admin:releases_topic_add"), sent, follow=True)

    assert "Name: " in done.text
    assert Topic.objects.get().name == "Water Rights"
