"""Sections keep the order set by staff, numbered without gaps."""

import pytest
from django.utils import timezone

from releases import publishing
from releases.models import Section


@pytest.fixture
def in_sections(make_release):
    """Create a draft with sections of these headings at these positions."""

    def make(**positions):
        release = make_release(slug="records-office")
        for heading, position in positions.items():
            Section.objects.create(
                release=release, position=position, heading=heading, body=f"About {heading}."
            )
        return release

    return make


def order(release):
    return [(section.position, section.heading) for section in release.sections.all()]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({2: 1}, "cab"),
        ({0: 3}, "bca"),
        ({0: 2, 1: 1}, "bac"),
        ({0: 3, 1: 2, 2: 1}, "cba"),
        ({0: ""}, "bca"),
        ({1: 99}, "acb"),
    ],
)
def test_sections_keep_their_order(in_sections, save, places, expected):
    release = in_sections(a=1, b=2, c=3)

    save(release, **{f"sections-{row}-place": place for row, place in places.items()})

    assert order(release) == list(enumerate(expected, start=1))


def test_gaps_close_when_a_section_is_deleted(in_sections, save):
    release = in_sections(a=1, b=2, c=5)

    save(release, **{"sections-0-DELETE": "on"})

    assert order(release) == [(1, "b"), (2, "c")]


def test_new_section_goes_where_it_is_put_and_an_empty_row_is_none(in_sections, save):
    release = in_sections(a=1, b=2)

    save(
        release,
        **{
            "sections-TOTAL_FORMS": 4,
            "sections-2-place": 2,
            "sections-2-kind": "about",
            "sections-2-heading": "new",
            "sections-2-body": "About it.",
            "sections-3-place": 4,
            "sections-3-kind": "body",
        },
    )

    assert order(release) == [(1, "a"), (2, "new"), (3, "b")]


def test_reordering_public_sections_is_an_update(in_sections, save):
    release = in_sections(a=1, b=2)
    publishing.approve(release, timezone.now())
    moved = {
        "sections-1-place": 1,
        "change_kind": "update",
        "change_note": "The sections change places.",
    }

    first = save(release, **moved)
    assert order(release) == [(1, "a"), (2, "b")]
    assert "What would change" in first.text

    save(release, **moved, read=first.context["adminform"].form["read"].value())

    assert order(release) == [(1, "b"), (2, "a")]
    headings = [part["heading"] for part in release.versions.last().snapshot["sections"]]
    assert headings == ["b", "a"]


def test_form_of_the_most_sections_is_saved_and_one_more_is_refused_with_the_text_kept(
    in_sections, save
):
    release = in_sections(**{f"s{n}": n for n in range(1, 300)})
    most = {"sections-TOTAL_FORMS": 300, "sections-299-kind": "body", "sections-299-body": "Last."}
    save(release, **most)
    assert release.sections.count() == 300

    one_more = {"sections-TOTAL_FORMS": 301, "sections-300-kind": "body", "sections-300-body": "x"}
    refused = save(release, **one_more, title="Kept as typed")

    assert "at most 300 sections. This one has 301: combine some of them" in refused.text
    assert "Kept as typed" in refused.text
    assert release.sections.count() == 300


def test_who_only_reads_sees_the_sections_in_order(client, staff, in_sections, change_url):
    release = in_sections(b=2, a=1)
    publishing.approve(release, timezone.now())
    client.force_login(staff("writer"))

    page = client.get(change_url(release)).text

    assert page.index("About a.") < page.index("About b.")
