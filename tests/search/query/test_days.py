import pytest

from releases.search.query.days import as_printed, named_days


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        *[("sept. 11th", "September 11"), ("the fifth of march", "the March 5")],
        *[("may the 1st", "May 1"), ("15 de marzo de 2024", "March 15 2024")],
        *[("3/15/2024 vote", "March 15 2024 vote"), ("mar 2024", "March 2024")],
        *[("2024-03", "March 2024"), ("3/2024", "March 2024"), ("2024-13", "2024-13")],
        *[("3/4/2024", "3/4/2024"), ("march of dimes", "march of dimes")],
        *[("feb. 14", "February 14"), ("covid 19 march 2020", "covid 19 March 2020")],
        *[("prop 8 5th of march", "prop 8 March 5"), ("8 march 2020", "March 8 2020")],
    ],
)
def test_days_and_months_as_most_releases_print_them(typed, printed):
    assert as_printed(typed) == printed


@pytest.mark.parametrize(
    "typed", ["prop 8 march", "Section 2 May 2020", "5 may apply", "march fourth quarter"]
)
def test_figures_that_may_be_no_days_stay_as_typed(typed):
    assert as_printed(typed) == typed


@pytest.mark.parametrize("typed", ["2011-12 budget", "2009-10", "2010/11"])
def test_two_years_in_a_row_are_no_month(typed):
    assert list(named_days(typed)) == []


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        *[("9/21/2012", "Sept 21 2012"), ("sept 21 2012", "September 21st 2012")],
        *[("21 de septiembre", "September 21"), ("march 2012", "marzo de 2012")],
        *[("3/4/2024", "March 4 2024"), ("3/4/2024", "April 3 2024")],
    ],
)
def test_days_and_months_are_found_in_texts_that_print_them_otherwise(typed, printed):
    (days,) = named_days(typed)
    assert printed in days.phrases
