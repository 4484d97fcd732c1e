"""A release's page: one permalink, every other address leads there, nothing early."""

import pytest

from releases import publishing


def test_permalink_shows_the_release(client, publish):
    release = publish(subtitle="Doors open Monday", end_mark="# # #")

    page = client.get(release.get_absolute_url())

    assert page.status_code == 200
    for printed in (
        release.number,
        release.title,
        release.subtitle,
        "Tuesday, May 14, 2024",
        "# # #",
    ):
        assert printed in page.text
    assert '<p id="p1">SPRINGFIELD – The county' in page.text


@pytest.mark.parametrize("address", ["", "wrong-slug/", "county-opens/"])
def test_number_alone_and_any_other_slug_answer_301(client, publish, address):
    release = publish()

    answer = client.get(f"/releases/{release.number}/{address}")

    assert answer.status_code == 301
    assert answer.headers["Location"] == release.get_absolute_url()


@pytest.mark.parametrize("number", ["2024-0002", "2024-00001", "1999-0001"])
def test_unknown_number_is_404(client, publish, number):
    publish()

    assert client.get(f"/releases/{number}/").status_code == 404
    assert client.get(f"/releases/{number}/any/").status_code == 404


def test_embargoed_release_is_404_under_all_its_addresses(client, publish, in_an_hour):
    release = publish(release_at=in_an_hour)

    assert client.get(f"/releases/{release.number}/").status_code == 404
    assert client.get(release.get_absolute_url()).status_code == 404


def test_withdrawn_release_is_readable_under_a_notice(client, publish):
    release = publishing.withdraw(publish(), "It named the wrong county.")

    page = client.get(release.get_absolute_url())

    assert page.status_code == 200
    assert "It named the wrong county." in page.text
    assert "opened a records office" in page.text


def test_removed_release_leaves_a_tombstone(client, publish):
    release = publishing.remove(publish(), "It named a minor.")

    page = client.get(release.get_absolute_url())

    assert page.status_code == 410
    assert "It named a minor." in page.text
    assert "opened a records office" not in page.text


def test_sections_number_their_paragraphs_on(client, publish):
    release = publish(body="One.\n\nTwo.")
    release.sections.create(position=1, kind="about", heading="About the office", body="Three.")

    page = client.get(release.get_absolute_url())

    assert "<h2>About the office</h2>" in page.text
    assert '<p id="p3">Three.</p>' in page.text


def test_end_mark_stands_between_the_text_and_what_was_printed_below_it(client, publish):
    release = publish(body="One.", end_mark="# # #")
    release.sections.create(position=1, body="Two.")
    release.sections.create(position=2, kind="about", body="Three.", after_end=True)

    page = client.get(release.get_absolute_url()).text

    assert page.index("Two.") < page.index("# # #") < page.index("Three.")


def test_contact_is_printed_whole_and_its_phone_can_be_called(client, publish):
    page = client.get(publish(contact="(916) 210-6000,").get_absolute_url())

    assert "<address>(916) 210-6000,</address>" in page.text
    assert 'href="tel:9162106000"' in page.text


def test_markup_in_the_text_is_never_run(client, publish):
    release = publish(title="<script>a</script>", body="<script>alert(1)</script>")

    page = client.get(release.get_absolute_url())

    assert "<script>" not in page.text


def test_page_costs_at_most_five_queries(client, publish, django_assert_max_num_queries):
    release = publish()

    with django_assert_max_num_queries(5):
        client.get(release.get_absolute_url())
