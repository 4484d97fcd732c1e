"""The list of releases: saved views, rows, filters, search and density."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from haystack import connections

from releases import publishing
from releases.models import StaffSettings, Topic
from releases.search import unpublished

LIST = reverse("admin:releases_release_changelist")


@pytest.fixture
def listed(client, staff):
    """Return a function that asks a publisher's list and returns the page."""
    client.force_login(staff("publisher", "Ana"))
    return lambda **asked: client.get(LIST, asked)


def titles(page):
    return {row.title for row in page.context["cl"].result_list}


@pytest.fixture
def office(make_release, publish, in_an_hour, staff):
    """Create a release in each state."""
    make_release(title="Attention", date=None)
    publishing.submit(make_release(title="Waiting"))
    publish(in_an_hour, title="Coming")
    publish(title="Published")
    publishing.withdraw(publish(title="Withdrawn"), "It was wrong.")


@pytest.mark.parametrize(
    ("view", "title"),
    [
        ("waiting", "Waiting"),
        ("embargoed", "Coming"),
        ("attention", "Attention"),
        ("published", "Published"),
        ("withdrawn", "Withdrawn"),
    ],
)
def test_saved_view_lists_and_counts_its_releases(listed, office, view, title):
    page = listed(view=view)

    [tab] = [tab for tab in page.context["cl"].tabs if tab.is_current]
    assert titles(page) == {title}
    assert tab.count == 1


def test_own_drafts_are_a_view(listed, make_release):
    make_release(title="Own", edited_by=listed().wsgi_request.user)
    make_release(title="Other")

    assert titles(listed(view="mine")) == {"Own"}


def test_row_says_state_author_topics_and_needs(listed, make_release, staff):
    draft = make_release(title="Wells", date=None, body=" ", import_warnings=[{}, {}])
    draft.topics.add(*(Topic.objects.create(name=name, slug=name) for name in "abc"))
    with transaction.atomic():
        publishing.record_creation(draft, by=staff("writer", "Ben"))

    page = listed().text

    assert '<span class="badge badge--draft">Draft</span>' in page
    assert ">Ben</td>" in page
    assert "a, b and 1 more" in page
    assert '<span class="need">a date, text</span>' in page
    assert '<span class="need">settle 2 warnings</span>' in page


def test_draft_sent_back_says_so(listed, make_release):
    publishing.send_back(publishing.submit(make_release()), "Name the county.")

    assert "changes: sent back" in listed().text


def test_queries_of_the_list_are_few_and_constant(listed, office, make_release):
    listed()
    with CaptureQueriesContext(connection) as captured:
        listed(q="office", topic="x")
    for number in range(4):
        draft = make_release(title=f"Office {number}")
        draft.topics.add(Topic.objects.create(name=str(number), slug=str(number)))
        publishing.submit(draft)

    with CaptureQueriesContext(connection) as more:
        listed(q="office", topic="x")

    assert len(more) == len(captured)
    assert len(more) <= 30


def test_topics_typed_in_any_case_narrow_the_list(listed, make_release):
    topic = Topic.objects.create(name="Water Rights", slug="water-rights")
    make_release(title="Wells").topics.add(topic)
    make_release(title="Other")

    assert titles(listed(topic="water rights")) == {"Wells"}
    assert titles(listed(topic="water-rights", view="attention")) == set()
    unknown = listed(topic="Watr")
    assert titles(unknown) == set()
    assert "There is no topic “Watr”." in unknown.text


def test_search_finds_drafts_by_text_contact_and_sections(listed, make_release):
    make_release(title="A", body="About zebras.")
    make_release(title="B", contact="Zebra desk")
    make_release(title="C").sections.create(position=1, body="A zebra.")
    make_release(title="D")

    assert titles(listed(q="zebra")) == {"A", "B", "C"}
    assert titles(listed(q="zebra -desk")) == {"A", "C"}
    assert titles(listed(q="zebra", status__exact="approved")) == set()


def test_search_finds_public_ones_by_the_engine(listed, publish, make_release):
    publish(title="Public", body="The office trafficked in zebras.")
    connections["default"].get_backend().rebuild()

    assert titles(listed(q="trafficking zebra")) == {"Public"}


def test_engine_that_is_down_is_said_in_a_sentence(listed, publish):
    publish(title="Zebra")

    page = listed(q="zebra")

    assert titles(page) == {"Zebra"}
    assert "Full-text search of published releases is unavailable" in page.text


@pytest.mark.parametrize("query", ['"(', "***", "NOT", "a" * 400, "title:", "-", "%_\\"])
def test_broken_query_is_answered(listed, make_release, query):
    make_release()

    assert listed(q=query).status_code == 200


def test_query_too_long_is_refused_in_a_sentence(client, listed):
    answer = client.get(listed(q="a" * 20_000).url)

    assert "too long or cannot be read, so all releases are listed" in answer.text


def test_bounded_search_says_what_it_left_out(listed, make_release, monkeypatch):
    monkeypatch.setattr(unpublished, "MAX_SEARCHED", 1)
    make_release(title="A", body="zebra")
    make_release(title="B", body="zebra")

    page = listed(q="zebra")

    assert titles(page) == {"B"}
    assert "that changed last were searched in full" in page.text


def test_density_is_stored_for_the_person(client, listed):
    send = {"action": "density", "list_density": "compact", "next": f"{LIST}?view=mine"}

    answer = client.post(reverse("admin:my-settings"), send)

    assert answer["Location"] == f"{LIST}?view=mine"
    assert StaffSettings.objects.get().list_density == "compact"
    assert "is-compact" in listed().text


def test_density_leads_to_no_other_site(client, listed):
    send = {"action": "density", "list_density": "huge", "next": "https://example.com/"}

    assert client.post(reverse("admin:my-settings"), send)["Location"].startswith("/admin/")
