"""Checklist before approval."""

import datetime

import pytest

from releases import publishing
from releases.content.legacy_keys import legacy_key
from releases.models import Image, LegacyURL, Topic
from releases.publishing import checklist

NOW = datetime.datetime(2024, 5, 14, 20, 0, tzinfo=datetime.UTC)


def hints(release):
    return " ".join(publishing.checklist_items(release, NOW))


def test_good_release_has_no_hints(make_release, attach_image):
    release = make_release(
        body="On Tuesday, May 14, 2024: [the office](https://example.gov/office?id=1#top), "
        "[the site](/releases/), [the mailbox](mailto:press@example.gov?subject=Hours), "
        "[the phone](tel:+15550100100), [above](#p1)."
    )
    attach_image(release)

    assert publishing.checklist_items(release, NOW) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"contact": " "}, "There is no press contact. Add someone"),
        ({"dateline": ""}, "There is no dateline. Add the place"),
        ({"body": "On Monday, May 14, 2024."}, "“Monday, May 14, 2024” names the wrong day"),
        ({"subtitle": "Till June 31, 2024"}, "“June 31, 2024” is a day that does not exist"),
        ({"slug": "2-offices"}, "The address says “2-offices”, but the title does not. Change"),
    ],
)
def test_hint_names_the_thing_and_the_remedy(make_release, fields, sentence):
    assert sentence in hints(make_release(**fields))


def test_embargo_in_the_text_is_to_be_compared_with_the_moment(make_release):
    release = make_release(body="EMBARGOED UNTIL 10 a.m. January 13, 2037\n\nThe office opens.")

    assert "The text says “EMBARGOED UNTIL 10 a.m. January 13, 2037”. Compare" in hints(release)


def test_wrong_weekday_in_a_section_is_named(make_release):
    release = make_release()
    release.sections.create(position=1, body="Open from Sunday, May 13, 2024 on.")

    assert "“Sunday, May 13, 2024” names the wrong day of the week" in hints(release)


@pytest.mark.parametrize("slug", ["", "records-office", "county-opens-a-records-office"])
def test_slug_shorter_than_the_title_is_fine(make_release, slug):
    assert hints(make_release(slug=slug)) == ""


def test_picture_without_alt_text_is_named(make_release):
    release = make_release()
    release._prefetched_objects_cache = {"images": [Image(alt=" ", original_name="door.jpg")]}

    assert "The image “door.jpg” has no alt text. Describe it, or tick" in hints(release)


def test_file_name_as_alt_text_is_named(make_release, attach_image):
    release = make_release()
    attach_image(release, alt="IMG_2041.JPG")

    assert "“IMG_2041.JPG” is a file name. Describe what" in hints(release)


@pytest.mark.parametrize(
    "title", ["County Opens a Records Office", "COUNTY OPENS A RECORDS OFFICE"]
)
def test_same_title_is_named(make_release, publish, title):
    publish()

    assert "the same title: 2024-0001. Check whether" in hints(make_release(title=title))


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("javascript:alert(1)", "is not a web address. Write it in full"),
        ("www.example.gov", "is not a web address"),
        ("ftp://example.gov/file", "is not a web address"),
        ("https://example", "is not a web address"),
        ("https://exa_mple..gov/", "is not a web address"),
        ("mailto:press", "is not an email address. Write it as mailto:"),
        ("/relases/", "does not lead to a page of this site. Copy"),
        ("/a%00b/", "does not lead to a page of this site"),
        ("http://localhost/nowhere", "does not lead to a page of this site"),
        ("/releases/2019-0007/", "leads to a release that does not exist. Copy"),
        ("/releases/2024-0001/", "leads to a release that is not public. Link"),
        ("http://localhost/releases/2024-0001.pdf", "leads to a release that is not public"),
    ],
)
def test_broken_link_is_named_with_its_words(make_release, publish, address, fault):
    publish(release_at=NOW + datetime.timedelta(hours=1))
    release = make_release(title="Other", body=f"Read [the page]({address}) on it.")

    assert f"The link “the page”: “{address}” {fault}" in hints(release)


@pytest.mark.parametrize(
    "address", ["/releases/2024-0001/", "http://localhost/releases/2024-0001.pdf", "/old/a.html"]
)
def test_link_to_a_public_release_is_fine(make_release, publish, address):
    LegacyURL.objects.create(release=publish(), url="/old/a.html", key=legacy_key("/old/a.html"))

    assert hints(make_release(title="Other", body=f"Read [it]({address}).")) == ""


def test_link_in_a_section_is_looked_at(make_release):
    release = make_release()
    release.sections.create(position=1, body="[Here](www.example.gov)")

    assert "The link “Here”" in hints(release)


def test_each_point_names_the_field_to_correct(make_release):
    release = make_release(title="TK", contact="", slug="other")
    release.sections.create(position=1, heading="About", body="Call (555) 010-01.")
    text = publishing.CheckedText.of(release)

    fields = [point.field for point in publishing.points(text, release, NOW)]

    assert fields == ["contact", "title", "sections-0-body", "slug"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "For immediate release"}, "still says “For immediate release”"),
        ({"subtitle": "An EMBARGOED report"}, "still says “EMBARGOED”"),
        ({"body": "The mayor said [quote]."}, "“[quote]” is in brackets"),
        ({"dateline": "SPRINGFIELD, May 13"}, "Make them agree"),
        ({"body": "It opened today, Monday."}, "comes out on Tuesday"),
        ({"contact": "press@example"}, "does not look like an email address"),
        ({"body": "Ana Ruiz spoke. Ana Riuz sang."}, "Use one spelling"),
    ],
)
def test_slip_of_the_pen_is_named(make_release, fields, sentence):
    assert sentence in hints(make_release(**fields))


def test_link_in_the_text_is_no_bracket(make_release):
    assert "brackets" not in hints(make_release(body="See [the page](https://example.gov/)."))


def test_today_is_the_day_for_which_it_is_scheduled(make_release):
    release = make_release(body="It opened today, Thursday.")
    text = publishing.CheckedText.of(release)
    thursday = NOW + datetime.timedelta(days=2)

    assert "comes out on Tuesday" in hints(release)
    assert publishing.points(text, release, NOW, release_at=thursday) == []


def test_topic_that_asks_for_spanish_is_answered_by_a_translation(make_release):
    topic = Topic.objects.create(name="Housing", slug="housing", asks_for_spanish=True)
    release = make_release()
    release.topics.add(topic)

    assert "Releases on “Housing” come with a Spanish version" in hints(release)

    twin = make_release(title="Otro", language="es", translation_of=release)
    twin.topics.add(topic)

    assert hints(release) == hints(twin) == ""


def test_queries_do_not_grow_with_thousands_of_links(make_release, django_assert_max_num_queries):
    many = " ".join(f"[a](/releases/2012-{number:04d}/)" for number in range(1, 1001))
    release = make_release(body=many)
    release.sections.create(position=1, body=many)

    with django_assert_max_num_queries(2 * checklist.MAX_LINKS + 20):
        sentences = checklist.checklist_items(release)

    assert checklist.TOO_MANY_LINKS in sentences
