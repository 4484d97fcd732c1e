import datetime

import pytest

from releases.search.query.terms import Term, query_terms
from releases.search.query.tree import DateRange

DAY = datetime.date(2024, 3, 15)


def terms(text):
    return {term.form: term for term in query_terms(text)}


@pytest.mark.parametrize(
    "typed",
    [
        *("2024-03-15", "3/15/2024", "March 15, 2024", "15 March 2024", "15 de marzo de 2024"),
        *("march 15 2024", "le 15 mars 2024"),
    ],
)
def test_day_in_any_form_is_that_day(typed):
    found = {days for term in query_terms(typed) for days in term.dates}
    assert found == {DateRange(DAY, DAY + datetime.timedelta(days=1))}


@pytest.mark.parametrize("typed", ["March 2024", "marzo de 2024", "mar 2024"])
def test_month_of_a_year_is_all_its_days(typed):
    found = {days for term in query_terms(typed) for days in term.dates}
    assert found == {DateRange(DAY.replace(day=1), datetime.date(2024, 4, 1))}


@pytest.mark.parametrize(
    "typed", ["march 15", "15 march", "15 de marzo", "Mar. 15th", "fifteenth of march"]
)
def test_day_without_a_year_is_that_day_of_any_year(typed):
    assert any(days.first == DAY for term in query_terms(typed) for days in term.dates)


@pytest.mark.parametrize(
    "typed",
    [
        "31/31/2024",
        "february 30",
        "march of 15 towns",
        "march 99999",
        "march 0000",
        "5-4 vote",
        "99 2024",
    ],
)
def test_other_words_are_no_date(typed):
    assert not any(term.dates for term in query_terms(typed))


@pytest.mark.parametrize("typed", ["3/4/2024", "4-3-2024", "4/3/24", "3.4.24"])
def test_day_in_figures_may_have_its_month_first_or_last(typed):
    found = {days.first for term in query_terms(typed) for days in term.dates}
    assert found == {datetime.date(2024, 3, 4), datetime.date(2024, 4, 3)}


@pytest.mark.parametrize(("typed", "year"), [("3/15/98", 1998), ("15/3/14", 2014)])
def test_year_of_two_digits_is_of_the_nearest_century(typed, year):
    found = {days.first for term in query_terms(typed) for days in term.dates}
    assert found == {datetime.date(year, 3, 15)}


def test_leap_day_without_a_year_is_that_of_leap_years():
    assert len(terms("february 29")["29"].dates) == 25


@pytest.mark.parametrize(
    ("typed", "joined"),
    [
        ("wild fires", "wildfires"),
        ("Mc Cain", "mccain"),
        ("covid 19", "covid19"),
        ("De Santis", "desantis"),
        ("whistle-blower", "whistleblower"),
    ],
)
def test_parts_are_also_found_printed_as_one_word(typed, joined):
    assert all(joined in term.others for term in query_terms(typed))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("healthcare", "health care"), ("cellphones", "cell phone"), ("townhall", "town halls")],
)
def test_compound_is_also_found_printed_as_two_words(typed, printed):
    assert printed in terms(typed)[typed].phrases


@pytest.mark.parametrize("typed", ["homeless", "careful", "homelessness", "workable"])
def test_word_with_an_ending_is_not_two_words(typed):
    assert terms(typed)[typed].phrases == ()


def test_compound_in_ss_is_split_before_its_last_word():
    assert terms("lawclass")["lawclass"].phrases == ("law class", "law classes")


@pytest.mark.parametrize("typed", ["mayor of fresno", "the mayor", "fires, wild"])
def test_words_that_belong_apart_are_not_joined(typed):
    assert not any(term.others for term in query_terms(typed))


def test_letter_that_grows_in_lower_case_moves_no_word():
    # “İ” has two characters in lower case.
    assert all("wildfires" in term.others for term in query_terms("İ, WILD FIRES")[-2:])
    assert {
        day.first for term in query_terms("İİİİİİ ON MARCH 15, 2024") for day in term.dates
    } == {DAY}


def test_acronym_in_a_query_in_capitals_is_a_common_word():
    assert query_terms("WHO IS THE MAYOR") == [Term("mayor")]
