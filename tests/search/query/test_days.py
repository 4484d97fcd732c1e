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
    ],
)
def test_days_and_months_as_most_releases_print_them(typed, printed):
    assert as_printed(typed) == printed


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
