"""Words that are together rank higher."""

from itertools import product

import pytest
from django.utils import timezone

from releases.search.embedded import matching
from releases.search.engine import Visibility
from releases.search.query.parser import parse
from releases.search.results import explain, search

pytestmark = pytest.mark.contract

LAW = "no one is above the law"
FILLER = "The panel met on Tuesday to read the minutes and to set a date for the next hearing. " * 4


@pytest.fixture
def ranked(indexed):
    """Return a function that indexes bodies and titles, and returns their keys as ranked."""

    def rank(query, **releases):
        keys = {}
        for key, (title, body) in releases.items():
            keys[indexed(title=title, body=body).pk] = key
        return [keys[hit.release.pk] for hit in search(parse(query)).hits]

    return rank


def test_phrase_ranks_before_scattered_words(ranked):
    scattered = f"The law is above all. {FILLER} No law helps one. {FILLER} No one. The law. Law."
    phrase = f"{FILLER} She said that no one is above the law. {FILLER}"
    found = ranked(LAW, newer=("Law", phrase), scattered=("One Law Above", scattered))
    assert found == ["newer", "scattered"]


def test_word_order_counts(ranked):
    found = ranked(
        "dog bites man",
        asked=("Notice", "A dog bites man after man."),
        other=("Notice", "A man bites dog after dog."),
    )
    assert found == ["asked", "other"]


def test_near_words_rank_before_distant_ones(ranked):
    near = f"{FILLER} The levee of the old county needs repairs. {FILLER}"
    far = f"The levee held. {FILLER} {FILLER} Bridges need repairs."
    assert ranked("levee repairs", near=("Notice", near), far=("Notice", far)) == ["near", "far"]


def test_phrase_in_the_title_ranks_first(ranked):
    found = ranked(
        "levee repairs",
        title=("Levee Repairs", f"{FILLER} {FILLER}"),
        body=("Notice", f"{FILLER} The levee repairs began; levee repairs cost more. {FILLER}"),
    )
    assert found == ["title", "body"]


def test_phrase_in_the_lead_ranks_before_one_at_the_end(ranked):
    long = FILLER * 3
    found = ranked(
        "levee repairs",
        lead=("Notice", f"The levee repairs began. {long}"),
        end=("Notice", f"{long} The levee repairs began."),
    )
    assert found == ["lead", "end"]


def test_phrase_in_a_quotation_ranks_first(ranked):
    found = ranked(
        "levee repairs",
        quote=("Notice", f"{FILLER} “The levee repairs begin,” said Ms. Vex."),
        text=("Notice", f"{FILLER} The levee repairs begin, said Ms. Vex."),
    )
    assert found == ["quote", "text"]


@pytest.mark.parametrize("typed", ["march fifth", "5th of march", "march the 5th"])
def test_day_ranks_before_its_words_apart(ranked, typed):
    found = ranked(
        typed,
        day=("Notice", f"{FILLER} It opens on March 5. {FILLER}"),
        apart=("A March", f"The march, a fifth. {FILLER} March 6. {FILLER} Marches take 5 hours."),
    )
    assert found == ["day", "apart"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        *[("9/11 victims", "Victims of the 9/11 Attacks"), ("two million", "Two Million")],
        *[("two million for schools", "Schools: $2 Million"), ("nine one one calls", "Calls: 911")],
    ],
)
def test_figures_and_amounts_count_in_the_title_however_printed(indexed, typed, title):
    indexed(title=title)
    ((_, why),) = explain(search(parse(typed)), timezone.now())
    assert "title" in {feature.place for feature in why.features}


def test_fiscal_year_ranks_before_a_month(ranked):
    found = ranked(
        "2011-12 budget",
        year=("Notice", f"{FILLER} She signed the 2011-12 budget. {FILLER}"),
        month=("Notice", "The budget of December 2011 had 12 parts; in 2011-12, it had one."),
    )
    assert found == ["year", "month"]


def test_short_pages_are_slices_of_one_long_page(publish, engine, monkeypatch):
    monkeypatch.setattr(matching, "FEW", 0)
    quoted = "“The levee repairs begin,” said Ms. Vex."
    texts = [FILLER, "Levee repairs.", "Repairs of the levee.", f"{FILLER} {quoted}", quoted]
    for number, (first, last) in enumerate(product(texts, repeat=2)):
        title = ("Notice", "Levee Repairs", "Repairs", "The Repaired Levee")[number % 4]
        publish(title=title, body=f"{first} {FILLER * (number % 3)} Levee and repairs. {last}")
    engine.rebuild()
    tree = parse("levee repairs").tree

    every = engine.find(tree, Visibility(), size=100).ids
    pages = [engine.find(tree, Visibility(), first=first, size=3).ids for first in range(0, 27, 3)]

    assert len(every) == 25
    assert list(every) == [pk for page in pages for pk in page]
