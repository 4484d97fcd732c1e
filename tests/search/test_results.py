import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releases import publishing
from releases.models import Release, Topic
from releases.search import hits, outbox, results, worker
from releases.search.engine import Filters
from releases.search.facets import Facet
from releases.search.query.parser import parse
from releases.search.results import SearchUnavailableError, explain, search

pytestmark = pytest.mark.contract


@pytest.fixture
def water(db) -> Topic:
    return Topic.objects.create(name="Water & Air", slug="water-air")


def numbers(found) -> list[str]:
    return [hit.release.number for hit in found.hits]


def test_page_has_hits_total_and_facets(indexed, water):
    first = indexed(title="Old Notice", date=datetime.date(2023, 1, 1), topics=[water])
    second = indexed(title="New Notice", language="es")
    found = search(parse("notice"))
    assert (found.total, found.page, found.pages) == (2, 1, 1)
    assert set(numbers(found)) == {first.number, second.number}
    assert found.facets.years == (Facet("2024", "2024", 1), Facet("2023", "2023", 1))
    assert found.facets.topics == (Facet("water-air", "Water & Air", 1),)
    assert found.facets.languages == (Facet("en", "English", 1), Facet("es", "Spanish", 1))
    assert (found.text, found.ignored) == ("notice", ())


def test_filters_narrow_hits_total_and_facets(indexed, water):
    indexed(title="Old Notice", date=datetime.date(2023, 1, 1))
    release = indexed(title="New Notice", topics=[water])
    found = search(parse("notice"), Filters(topic="water-air"))
    assert numbers(found) == [release.number]
    assert (found.total, found.facets.years) == (1, (Facet("2024", "2024", 1),))


def _by_the_action(release):
    publishing.withdraw(release, "It named the wrong person.")


def _past_the_actions(release):
    Release.objects.filter(pk=release.pk).update(status="draft")


def _back_under_embargo(release):
    later = timezone.now() + datetime.timedelta(hours=1)
    Release.objects.filter(pk=release.pk).update(release_at=later)


@pytest.mark.parametrize("hide", [_by_the_action, _past_the_actions, _back_under_embargo])
def test_nonpublic_release_is_not_shown_counted_or_in_facets(indexed, water, hide):
    """Even while it is still in the index."""
    hidden = indexed(title="Wrong Notice", date=datetime.date(2023, 1, 1), topics=[water])
    kept = indexed(title="Right Notice")
    hide(hidden)
    found = search(parse("notice"))
    assert numbers(found) == [kept.number]
    assert (found.total, found.pages) == (1, 1)
    assert (found.facets.topics, found.facets.years) == ((), (Facet("2024", "2024", 1),))
    assert search(parse("wrong")).total == 0


def test_visibility_is_that_of_the_moment_of_the_search(indexed):
    release = indexed()
    assert search(parse("county"), at=release.release_at).total == 1
    assert search(parse("county"), at=release.release_at - datetime.timedelta(seconds=1)).total == 0


def test_passages_are_read_from_the_database(indexed):
    release = indexed(title="Old Title", body="The clinic opened.")
    Release.objects.filter(pk=release.pk).update(body="The correction of the clinic.")
    (hit,) = search(parse("clinic")).hits
    assert "".join(text for text, _ in hit.passage) == "The correction of the clinic."


def test_search_takes_two_database_queries(indexed, water, django_assert_num_queries):
    for number in range(3):
        indexed(title=f"Notice {number}", topics=[water])
    search(parse("notice"))
    with django_assert_num_queries(2):
        found = search(parse("notice"))
        assert [topic.name for hit in found.hits for topic in hit.release.printed_topics]


def reads_releases(text, state):
    """Search, and return whether texts of releases were read."""
    with CaptureQueriesContext(connection) as captured:
        search(parse(text), state=state)
    return any(query["sql"].startswith("EXECUTE compiled_") for query in captured)


def test_rows_are_kept_while_the_state_is_the_same(indexed):
    release, state = indexed(title="Fog at Sea"), object()
    assert [reads_releases(text, state) for text in ("fog", "sea")] == [True, False]
    assert numbers(search(parse("sea"), state=state)) == [release.number]
    Release.objects.filter(pk=release.pk).update(title="Sun")
    (hit,) = search(parse("sea"), state=object()).hits
    assert hit.release.title == "Sun"
    Release.objects.filter(pk=release.pk).update(status="withdrawn", status_reason="A test.")
    assert search(parse("sea")).hits == ()


def test_only_the_latest_rows_are_kept(indexed, monkeypatch):
    monkeypatch.setattr(hits, "MAX_ROWS", 1)
    indexed(title="Fog")
    indexed(title="Sun")
    state = object()
    read = [reads_releases(text, state) for text in ("fog", "sun", "sun", "fog")]
    assert read == [True, True, False, True]


def test_passage_may_come_from_a_section(indexed, publish):
    release = publish(body="The county met.")
    release.sections.create(position=1, kind="background", body="A clinic had closed.")
    indexed()  # processes the outbox
    (hit,) = search(parse("clinic")).hits
    assert hit.passage == (("A ", False), ("clinic", True), (" had closed.", False))


def test_pages_are_slices_of_one_order(indexed, monkeypatch):
    monkeypatch.setattr(results, "PAGE_SIZE", 2)
    for number in range(5):
        indexed(title=f"Notice {number}")
    pages = [search(parse("notice"), page=page) for page in (1, 2, 3)]
    shown = [number for page in pages for number in numbers(page)]
    assert len(set(shown)) == 5
    assert [page.pages for page in pages] == [3, 3, 3]
    assert sorted(shown, reverse=True) == [
        number for page in (1, 2, 3) for number in numbers(search(parse("*"), page=page))
    ]


def test_page_past_the_last_one_has_a_message(indexed):
    indexed()
    found = search(parse("county"), page=10**9)
    assert (found.hits, found.total) == ((), 1)
    assert found.ignored == ("There is no page 1000000000. The last page is 1.",)
    assert (found.previous_page, found.next_page) == (1, 10**9 + 1)


def test_paging_is_bounded_with_a_message(indexed, monkeypatch):
    monkeypatch.setattr(results, "PAGE_SIZE", 1)
    monkeypatch.setattr(results, "MAX_RESULTS", 2)
    for _ in range(3):
        indexed()
    assert search(parse("county"), page=2).hits
    found = search(parse("county"), page=3)
    assert (found.hits, found.total, found.pages) == ((), 3, 2)
    assert "You can page through only the first 2 results." in found.ignored[0]


def test_closest_matches_are_shown_if_no_release_has_all_words(indexed):
    release = indexed(title="Stalking Awareness Month", body="Perrelli hosts a meeting.")
    found = search(parse("Perelli stalking awareness month"))
    assert numbers(found) == [release.number]
    assert found.ignored == ("No release has all these words. Showing the closest matches.",)


def test_stop_words_need_not_match_when_most_words_are_enough(indexed):
    release = indexed(title="Levee Repairs", body="The county paid for repairs of the levee.")
    for number in range(4):
        indexed(title=f"Notice {number}", body="They said what they did about the budget.")
    found = search(parse("what did they say about the levee repairs funding"))
    assert numbers(found)[0] == release.number


def test_phrase_without_matches_finds_close_ones(indexed):
    release = indexed(body="We must be smart on crime.")
    indexed(title="Other Notice", body="Nothing of the kind.")
    assert numbers(search(parse('"must be tough on crime"'))) == [release.number]


def test_empty_result(indexed):
    indexed()
    found = search(parse("zebra unicorn griffin"))
    assert (found.hits, found.total, found.ignored) == ((), 0, ())


def test_order_by_newest(indexed):
    old = indexed(
        title="Clinic Clinic",
        body="Clinic.",
        release_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
    )
    new = indexed(title="Notice", body="A long text that names the clinic once.")
    assert numbers(search(parse("clinic"))) == [old.number, new.number]
    assert numbers(search(parse("clinic"), order="newest")) == [new.number, old.number]


def test_unreadable_index_is_unavailable(indexed, take_index_away):
    indexed()
    take_index_away()
    with pytest.raises(SearchUnavailableError):
        search(parse("county"))


def test_matches_are_marked_in_title_and_passage(accord):
    (hit,) = search(parse("ibanez $32 billion")).hits
    assert [text for text, is_match in hit.title if is_match] == ["Ibáñez"]
    assert [text for text, is_match in hit.passage if is_match] in (["Ibáñez"], ["$32 billion"])
    assert "".join(text for text, _ in hit.title) == accord.title


def test_totals_without_each_filter(indexed, water):
    indexed(title="Old Notice", date=datetime.date(2023, 1, 1), topics=[water])
    indexed(title="New Notice", language="es")
    found = search(parse("notice"), Filters(topic="water-air", year=2024))
    assert (found.total, found.without) == (0, {"topic": 1, "year": 1})


def test_passage_of_a_headed_section_names_it(indexed, publish):
    release = publish(body="The county met.")
    release.sections.create(position=1, heading="Earlier closures", body="A clinic had closed.")
    indexed()  # processes the outbox
    (hit,) = search(parse("clinic")).hits
    assert hit.place == ("section", "Earlier closures", "")
    (hit,) = search(parse("met")).hits
    assert hit.place is None


def test_passage_of_a_document_names_it(indexed, attach_pdf):
    release = indexed(title="Notice", body="The county filed a complaint.")
    document = attach_pdf(release, "The mill let its waters rise.")
    outbox.enqueue([release.pk])
    worker.process_all()
    (hit,) = search(parse("county waters")).hits
    assert hit.place == ("document", "Complaint", document.get_absolute_url())
    assert [text for text, is_match in hit.passage if is_match] == ["waters"]


def test_releases_with_almost_the_same_text_are_folded(indexed):
    text = (
        "The county opened a clinic on Tuesday, and its doors stay open all week, said the mayor."
    )
    first = indexed(title="Clinic Clinic Opens", body=text)
    second = indexed(title="Clinic Opens, a Correction", body=f"{text} It was Wednesday.")
    other = indexed(title="Notice", body="Another clinic closes in June, for want of any nurse.")
    found = search(parse("clinic"))
    groups = {group.first.release: [hit.release for hit in group.similar] for group in found.groups}
    assert len(found.hits) == 3
    assert groups in ({first: [second], other: []}, {second: [first], other: []})


def test_explanation_names_words_features_and_newness(indexed):
    first = indexed(title="Levee Repairs Begin", body="The levee repairs began.")
    second = indexed(title="Notice", body="Repairs of the levee.")
    found = search(parse("levee repairs"))
    reasons = {hit.release: why for hit, why in explain(found, timezone.now())}
    assert [word for word, _ in reasons[first].words] == ["levee", "repairs"]
    places = {"phrase", "title_phrase", "lead", "next", "near", "title"}
    assert {feature.place for feature in reasons[first].features} == places
    assert {feature.place for feature in reasons[second].features} == {"near"}
    assert reasons[first].score > reasons[second].score > 0
    assert all(1 < why.newness <= 1.1 for why in reasons.values())


def test_nothing_explains_an_order_by_date(indexed):
    indexed(title="Levee Repairs")
    assert explain(search(parse("year:2024")), timezone.now()) == []
    assert explain(search(parse("levee"), order="newest"), timezone.now()) == []


def test_release_withdrawn_meanwhile_is_not_explained(indexed):
    release, other = indexed(title="Levee One"), indexed(title="Levee Two")
    found = search(parse("levee"))
    publishing.withdraw(release, "It named the wrong person.")
    assert [hit.release for hit, _ in explain(found, timezone.now())] == [other]


def test_question_is_answered_by_what_says_it_in_other_words(indexed):
    answer = indexed(title="Vex on the Lighthouse Act", body="She applauded its passage.")
    other = indexed(title="Notice", body="Ms. Vex will support a lighthouse by an act.")
    for number in range(3):
        indexed(title=f"Notice {number}")
    found = search(parse("did Vex support the lighthouse act"))
    assert {hit.release for hit in found.hits} == {answer, other}
    note = "Few releases have all these words. Showing the closest matches, too."
    assert (found.ignored, found.query.is_relaxed) == ((note,), True)
    assert search(parse("Vex support lighthouse act")).total == 1


def test_question_has_no_note_where_nothing_is_closer(indexed):
    indexed(title="Notice", body="Ms. Vex will support a lighthouse by an act.")
    assert search(parse("did Vex support the lighthouse act")).ignored == ()
