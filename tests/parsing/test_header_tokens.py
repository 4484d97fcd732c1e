"""A header is split into tokens, each with one role."""

import datetime

import pytest

from releases.parsing import header_tokens, lines
from releases.parsing.header_tokens import Role


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("FOR IMMEDIATE RELEASE", Role.RELEASE_LABEL, ""),
        ("** Media Advisory **", Role.RELEASE_LABEL, ""),
        ("Press Release – September 21, 2012", Role.DATE, "Press Release – September 21, 2012"),
        ("Date: September 21, 2012", Role.DATE, "September 21, 2012"),
        ("Sent: Fri, May 3, 2024 9:15 AM", Role.DATE, "Fri, May 3, 2024 9:15 AM"),
        ("Sent: Home by Mail", Role.TEXT, "Sent: Home by Mail"),
        ("Fecha: ayer", Role.DATE, "ayer"),
        ("Title: A Town", Role.TITLE, "A Town"),
        ("Subtitle: It Grows", Role.SUBTITLE, "It Grows"),
        ("Tags: A, B", Role.IGNORED, "A, B"),
        ("EMBARGOED until May 3, 2012", Role.IGNORED, ""),
        ("Last updated: May 3, 2012", Role.IGNORED, ""),
        ("Case # 12-345", Role.IGNORED, ""),
        ("News Release No. 24-051", Role.RELEASE_LABEL, ""),
        ("FOR USE UPON RECEIPT", Role.RELEASE_LABEL, ""),
        ("Release: Immediate", Role.RELEASE_LABEL, ""),
        ("Thông Cáo Báo Chí", Role.RELEASE_LABEL, ""),
        ("즉시 배포용", Role.RELEASE_LABEL, ""),
        ("للنشر الفوري", Role.RELEASE_LABEL, ""),
        ("STATEMENT", Role.IGNORED, ""),
        ("Corrected copy", Role.IGNORED, ""),
        ("ATTENTION: PHOTO DESKS AND REPORTERS", Role.IGNORED, ""),
        ("Attention: Parents of Students", Role.TEXT, "Attention: Parents of Students"),
        ("October 2013", Role.DATE, "October 2013"),
        ("10:00 a.m.", Role.DETAIL, "10:00 a.m."),
        ("24-051", Role.DETAIL, "24-051"),
        ("12 Mill Street, Suite 4", Role.DETAIL, "12 Mill Street, Suite 4"),
        ("Oakfield, CA 95814", Role.DETAIL, "Oakfield, CA 95814"),
        ("100 Years on Main Street", Role.TEXT, "100 Years on Main Street"),
        ("May 4, 2012 09:15AM", Role.DATE, "May 4, 2012 09:15AM"),
        ("Skip to main content", Role.IGNORED, ""),
        ("* * *", Role.IGNORED, ""),
        ("Media Contact: Jane Doe", Role.CONTACT, "Jane Doe"),
        ("For more information, contact: Jane Doe", Role.CONTACT, "Jane Doe"),
        ("Contacto de prensa:", Role.CONTACT, ""),
        ("Cell:", Role.NUMBER_LABEL, ""),
        ("Cell: 916-555-0100", Role.PHONE_OR_EMAIL, "Cell: 916-555-0100"),
        ("Contact with harbors is lost", Role.TEXT, "Contact with harbors is lost"),
        ("Statement on May 3, 2012", Role.TEXT, "Statement on May 3, 2012"),
        ("Friday, May 4, 2012 at 9:00 a.m.", Role.DETAIL, "Friday, May 4, 2012 at 9:00 a.m."),
    ],
)
def test_role_is_recognized(text, role, value):
    assert header_tokens.classify(text) == (role, value)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("FOR IMMEDIATE RELEASE: May 3, 2012", ["FOR IMMEDIATE RELEASE:", "May 3, 2012"]),
        ("May 3, 2012 Contact: Jane Doe", ["May 3, 2012", "Contact: Jane Doe"]),
        ("May 3, 2012       (916) 555-0100", ["May 3, 2012", "(916) 555-0100"]),
        ("A Title    With a Gap", ["A Title With a Gap"]),
        ("MEDIA CONTACT: Jane Doe", ["MEDIA CONTACT: Jane Doe"]),
    ],
)
def test_line_with_several_tokens_is_split(line, texts):
    assert [cell.text for cell in header_tokens.split_into_tokens(lines.read(line)[0][0])] == texts


@pytest.mark.parametrize(
    "text",
    [
        "Date: Friday, May 3, 2024 9:15 AM",
        "Date: May 3, 2024 at 9:15 AM",
        "Date: Fri, 3 May 2024 09:15:00 -0700",
        "Sent: Friday, May 3, 2024 9:15 AM",
    ],
)
def test_time_after_a_date_label_keeps_the_date(text):
    token, *_ = header_tokens.split_into_tokens(lines.read(text)[0][0])
    date = header_tokens.read_date(token)
    assert date
    assert date.printed.date == datetime.date(2024, 5, 3)
