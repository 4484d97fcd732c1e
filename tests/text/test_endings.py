"""A release ends at its end mark; what a page prints around it is told apart from its text."""

import pytest

from releases.text import endings, lines

LEAD = "The office today announced a program that helps harbor towns."
NEXT = "The program begins in spring and will reach every town."


def cut(*texts):
    return endings.cut_at_end(lines.read("\n".join(texts))[0])


def texts(found):
    return [line.text for line in found]


def test_first_mark_below_the_text_ends_it():
    ending = cut("###", LEAD, "-30-", NEXT, "###")

    assert (texts(ending.main), ending.end_mark) == (["###", LEAD], "-30-")
    assert (texts(ending.tail), texts(ending.left_out)) == ([NEXT], ["###"])


@pytest.mark.parametrize("text", ["#", "30", "-30", "Item #30", "End of the road", "* *"])
def test_other_words_are_no_end_mark(text):
    assert cut(LEAD, text, NEXT).end_mark == ""


def test_stars_end_a_release_only_at_its_end():
    assert cut(LEAD, "* * *").end_mark == "* * *"
    assert cut(LEAD, "* * *", NEXT).end_mark == ""


def test_release_label_begins_a_second_copy():
    ending = cut(LEAD, "FOR IMMEDIATE RELEASE", NEXT)

    assert texts(ending.tail) == ["FOR IMMEDIATE RELEASE", NEXT]


def test_contact_at_the_end_is_no_text():
    ending = cut(LEAD, "Contact:", "Jane Doe", "(916) 555-0100", "###")

    assert (texts(ending.main), ending.contact) == ([LEAD], ("Jane Doe", "(916) 555-0100"))
    assert texts(ending.left_out) == ["Contact:"]


def test_furniture_below_a_sentence_goes_and_a_sentence_below_furniture_stays():
    ending = cut(LEAD, "Share", "###", "Latest Posts", "A Boat Is Found", NEXT)

    assert (texts(ending.main), texts(ending.tail)) == ([LEAD], [NEXT])
    assert texts(ending.left_out) == ["Share", "Latest Posts", "A Boat Is Found"]


def test_glued_marks_become_lines():
    found = endings.split_glued_marks(lines.read(f"{LEAD}### a # # # b\nno. ##")[0])

    assert texts(found) == [LEAD, "###", "a", "# # #", "b", "no. ##"]
