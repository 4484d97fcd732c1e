"""Links are listed by the page, and asked only by its button."""

from django.urls import reverse

from releases.publishing.dead_links import NOT_ASKED


def test_links_are_listed_and_asked_by_the_button(client, staff, make_release):
    client.force_login(staff("writer"))
    release = make_release(body="See [the page](http://127.0.0.1/page).")
    page = reverse("admin:releases_release_links", args=[release.pk])

    assert NOT_ASKED not in client.get(page).text
    assert f"“http://127.0.0.1/page” {NOT_ASKED}." in client.post(page).text
