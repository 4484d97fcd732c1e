"""Searches that a mail to an address nobody has confirmed yet does not repeat."""

import pytest

from releases.mail.wording import is_message


@pytest.mark.parametrize(
    "q",
    [
        "call 555-0100 now, your account is locked",
        "call (555) 010 0100",
        "evil。com",
        "evil．com",
        "win＠evil",
        "evil/win",
    ],
)
def test_search_with_an_address_or_telephone_number_may_be_a_message(q):
    assert is_message(q)


@pytest.mark.parametrize("q", ["9/11 victims", "24/7 hotline", "AT&T Inc.", "budget 2026", "U.S."])
def test_search_for_numbers_and_names_is_no_message(q):
    assert not is_message(q)
