"""Page of a release: one permalink, redirects from other URLs, nothing before the release time."""

import datetime

import pytest
from django.utils import timezone

from releases import publishing
from releases.models import Release, SimilarReleases
from tests.conftest import NOON


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


def test_missing_page_leads_to_the_press_contact(client, db):
    page = client.get("/nothing/").text

    assert 'href="#contact"' in page
    assert page.count('id="contact"') == 1


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
    assert "<title>Withdrawn: County Opens a Records Office" in page.text
    assert '<h1 class=" withdrawn">' in page.text


@pytest.mark.parametrize(("verb", "status"), [(publishing.remove, 410), (publishing.block, 451)])
def test_taken_down_release_leaves_a_tombstone_under_every_address(client, publish, verb, status):
    permalink = publish().get_absolute_url()
    verb(Release.objects.get(), "It named a minor.")

    for address in (permalink, "/releases/2024-0001/", "/releases/2024-0001/any/"):
        page = client.get(address)
        assert page.status_code == status
        assert "It named a minor." in page.text
        assert "opened a records office" not in page.text
        assert 'href="#contact"' in page.text


def test_withheld_title_appears_nowhere(client, publish):
    release = publishing.remove(publish(), "It named a minor.", withhold_title=True)

    page = client.get(release.get_absolute_url())

    assert "The title is withheld." in page.text
    assert "Records" not in page.text
    assert "records" not in release.get_absolute_url()


def test_withdrawn_release_redirects_to_its_successor_with_a_note(client, publish):
    successor = publish(title="The Right County")
    release = publishing.withdraw(publish(), "It named the wrong county.", successor)

    answer = client.get(release.get_absolute_url())

    assert (answer.status_code, answer.headers["Location"]) == (302, successor.get_absolute_url())
    assert f"replaces release {release.number}" in client.get(answer.url).text


def test_withdrawn_release_stays_readable_while_its_successor_is_embargoed(
    client, publish, in_an_hour
):
    release = publishing.withdraw(publish(), "Another one comes.", publish(release_at=in_an_hour))

    assert client.get(release.get_absolute_url()).status_code == 200


def test_renamed_release_answers_at_its_earlier_address(client, publish):
    earlier = publish().get_absolute_url()
    release = publishing.rename(Release.objects.get(), "new-office")

    assert client.get(earlier).headers["Location"] == release.get_absolute_url()


def test_corrected_release_has_a_note_above_its_text(client, corrected):
    page = client.get(corrected.get_absolute_url()).text

    assert page.index("Two offices, not one.") < page.index('<p id="p1">')
    assert "(2 words)" in page


def test_each_paragraph_has_one_link_to_the_page_that_quotes_it(client, corrected):
    page = client.get(corrected.get_absolute_url()).text

    assert 'href="/releases/2024-0001/p1/" data-quote aria-label="Quote paragraph 1"' in page
    assert 'data-version="2"' in page  # which the script adds to the links
    assert page.count("data-quote ") == 1  # one tab stop a paragraph


def test_paragraphs_keep_their_ids_through_a_correction(client, publish):
    release = publish(body="One.\n\nTwo.")
    release.body = "Something new.\n\nOne.\n\nTwo."
    release.save()
    publishing.record_change(release, "correction", "The first paragraph was missing.")

    now = client.get(release.get_absolute_url()).text
    then = client.get("/releases/2024-0001/versions/1/").text

    assert '<p id="p3">Something new.' in now
    assert '<p id="p1">One.' in now
    assert '<p id="p1">One.' in then
    assert 'href="/releases/2024-0001/p1/?v=1"' in then


def test_sections_number_their_paragraphs_on(client, make_release):
    release = make_release(body="One.\n\nTwo.")
    release.sections.create(position=1, kind="about", heading="About the office", body="Three.")
    release = publishing.approve(release, NOON)

    page = client.get(release.get_absolute_url())

    assert '<h2 id="section-1">About the office</h2>' in page.text
    assert '<p id="p3">Three.<' in page.text


def test_end_mark_separates_the_text_from_the_trailer(client, make_release):
    release = make_release(body="One.", end_mark="# # #")
    release.sections.create(position=1, body="Two.")
    release.sections.create(position=2, kind="about", body="Three.", after_end=True)
    release = publishing.approve(release, NOON)

    page = client.get(release.get_absolute_url()).text

    assert page.index("Two.") < page.index("# # #") < page.index("Three.")


def test_contact_is_complete_and_its_phone_number_is_a_link(client, publish):
    page = client.get(publish(contact="(916) 210-6000,").get_absolute_url())

    link = '<a class="unbroken" href="tel:9162106000">(916) 210-6000</a>'
    assert f'<address lang="en" dir="auto">{link},</address>' in page.text


def test_contact_of_today_is_shown_where_it_differs_from_the_printed_one(client, publish):
    page = client.get(publish(contact="(916) 210-6000").get_absolute_url())
    other = client.get(publish(contact="555-010-0100, press@example.gov").get_absolute_url())

    assert "<strong>Today:</strong>" in page.text
    assert "<strong>Today:</strong>" not in other.text


def test_correction_notice_leads_straight_to_what_changed(client, corrected):
    page = client.get(corrected.get_absolute_url())

    assert '<a href="/releases/2024-0001/versions/1..2/">What changed</a>' in page.text


def test_release_shows_number_dateline_and_its_short_address(client, publish):
    page = client.get(publish(dateline="SPRINGFIELD").get_absolute_url()).text

    assert '<span lang="en" dir="ltr">SPRINGFIELD</span>' in page
    assert 'data-text="http://testserver/releases/2024-0001/"' in page
    assert 'href="mailto:?subject=County%20Opens%20a%20Records%20Office&amp;body=' in page


def test_arabic_release_runs_from_right_to_left(client, publish):
    page = client.get(publish(language="ar").get_absolute_url()).text

    assert 'lang="ar" dir="rtl"' in page
    assert page.count('lang="en" dir="ltr"') == page.count('lang="en"') - 1  # <html> has no need


def test_note_of_a_correction_runs_as_its_own_words_do(client, corrected):
    page = client.get(corrected.get_absolute_url()).text

    assert '<span lang="en" dir="auto">Two offices, not one.</span>' in page


@pytest.mark.parametrize(("count", "is_shown"), [(2, False), (3, True)])
def test_contents_are_listed_from_three_sections(client, make_release, count, is_shown):
    release = make_release()
    for place in range(1, count + 1):
        release.sections.create(position=place, heading=f"Part {place}", body="Text.")
    page = client.get(publishing.approve(release, NOON).get_absolute_url()).text

    assert ('<a href="#section-2"' in page) is is_shown


def test_markup_in_the_text_is_never_run(client, publish):
    release = publish(title="<script>a</script>", body="<script>alert(1)</script>")

    page = client.get(release.get_absolute_url())

    assert "<script>" not in page.text


@pytest.fixture
def with_everything(make_release, publish, attach_image, attach_pdf):
    """A corrected release with a part, file and related release of every kind."""
    release = make_release(title="The Whole Story", body="One.\n\nTwo.")
    release.sections.create(position=1, kind="about", heading="About", body="Three.")
    release.topics.create(name="Water", slug="water")
    attach_image(release, alt="A dam at dusk")
    attach_pdf(release, "The complaint", title="The Complaint")
    release = publishing.approve(release, NOON)
    release.body += "\n\nFour."
    release.save()
    publishing.record_change(release, "correction", "A paragraph was missing.")
    publishing.withdraw(publish(title="The Wrong Story"), "a reason", release)
    publishing.set_original(publish(title="La historia entera", language="es"), release)
    publish(title="The Day Before", release_at=NOON - datetime.timedelta(days=1))
    like = publish(title="The Same Again", release_at=NOON + datetime.timedelta(days=1))
    SimilarReleases.objects.create(release=release, others=[like.pk], made_at=timezone.now())
    return release


def test_page_with_everything_costs_four_queries(
    client, with_everything, django_assert_num_queries
):
    with django_assert_num_queries(4):
        page = client.get(with_everything.get_absolute_url()).text

    for printed in (
        "Three.",
        '<a href="/topics/water/">Water</a>',
        "A dam at dusk",
        "The Complaint",
        "A paragraph was missing.",
        "replaces release 2024-0002",
        'hreflang="es">Español</a>',
        '<a rel="prev"',
        '<a rel="next"',
        "Similar releases",
    ):
        assert printed in page


def test_page_of_a_plain_release_costs_two_queries(client, publish, django_assert_num_queries):
    release = publish()

    with django_assert_num_queries(2):
        client.get(release.get_absolute_url())
