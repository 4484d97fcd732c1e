"""Name, role, numbers and addresses of printed contact blocks."""

import pytest

from releases.parsing.contacts import Contact, has_phone_or_email, parse


@pytest.mark.parametrize(
    ("block", "contact"),
    [
        ("(916) 210-6000,", Contact("", "", ("(916) 210-6000",), ())),
        ("JANE DOE (916) 555-0100", Contact("JANE DOE", "", ("(916) 555-0100",), ())),
        (
            "Jane Doe\nChief of Staff\nOffice: 916-555-0100\nCell: 916-555-0101\nJohn Roe\nAide",
            Contact("Jane Doe", "Chief of Staff", ("916-555-0100", "916-555-0101"), ()),
        ),
        (
            "Jane Doe, 202/555-0100; John Roe, 202.555.0101.",
            Contact("Jane Doe", "", ("202/555-0100", "202.555.0101"), ()),
        ),
        (
            "Jane Doe\njane.doe@mail.example.org\n(202)-555-0100 ext. 12",
            Contact("Jane Doe", "", ("(202)-555-0100 ext. 12",), ("jane.doe@mail.example.org",)),
        ),
        (
            "(916) 555-0100 main\nJane Doe: (916) 555-0101 cell",
            Contact("Jane Doe", "", ("(916) 555-0100", "(916) 555-0101"), ()),
        ),
        (
            "Juana Pérez, Portavoz, +52 55 5346 0000",
            Contact("Juana Pérez", "Portavoz", ("+52 55 5346 0000",), ()),
        ),
        ("Press Office", Contact("Press Office", "", (), ())),
        ("", Contact("", "", (), ())),
    ],
)
def test_contact_block_is_read(block, contact):
    assert parse(block) == contact


@pytest.mark.parametrize("line", ["Case 12-3456", "In 2012 and 2013", "$1,234,567.8900", "a @ b"])
def test_other_numbers_are_not_contacts(line):
    assert not has_phone_or_email(line)
