"""A release ends at its end mark; page chrome around it is split off."""

import sys

import pytest

from releases.parsing import lines, trailer

LEAD = "The office today announced a program that helps harbor towns."
NEXT = "The program begins in spring and will reach every town."


def cut(*texts):
    return trailer.split_body(lines.read("\n".join(texts))[0])


def texts(found):
    return [line.text for line in found]


def test_first_mark_below_the_text_ends_it():
    ending = cut("###", LEAD, "-30-", NEXT, "###")

    assert (texts(ending.main), ending.end_mark) == (["###", LEAD], "-30-")
    assert (texts(ending.tail), texts(ending.left_out)) == ([NEXT], ["###"])


@pytest.mark.parametrize("text", ["#", "30", "-30", "Item #30", "End of the road", "* *"])
def test_other_words_are_not_an_end_mark(text):
    assert cut(LEAD, text, NEXT).end_mark == ""


def test_stars_end_a_release_only_at_its_end():
    assert cut(LEAD, "* * *").end_mark == "* * *"
    assert cut(LEAD, "* * *", NEXT).end_mark == ""


def test_release_label_begins_a_second_copy():
    ending = cut(LEAD, "FOR IMMEDIATE RELEASE", NEXT)

    assert texts(ending.tail) == ["FOR IMMEDIATE RELEASE", NEXT]


def test_contact_at_the_end_is_not_text():
    ending = cut(LEAD, "Contact:", "Jane Doe", "(916) 555-0100", "###")

    assert (texts(ending.main), ending.contact) == ([LEAD], ("Jane Doe", "(916) 555-0100"))
    assert texts(ending.left_out) == ["Contact:"]


def test_contact_that_runs_into_a_sentence_stays_in_the_text():
    contact = f"Media contact: Ana Wells, (916) 555-0100. {NEXT}"

    ending = cut(LEAD, contact)

    assert (texts(ending.main), ending.contact) == ([LEAD, contact], ())


def test_page_chrome_below_a_sentence_goes_and_a_sentence_below_page_chrome_stays():
    ending = cut(LEAD, "Share", "###", "Latest Posts", "A Boat Is Found", NEXT)

    assert (texts(ending.main), texts(ending.tail)) == ([LEAD], [NEXT])
    assert texts(ending.left_out) == ["Share", "Latest Posts", "A Boat Is Found"]


def test_glued_marks_become_lines():
    found = trailer.split_glued_end_marks(lines.read(f"{LEAD}### a # # # b\nno. ##")[0])

    assert texts(found) == [LEAD, "###", "a", "# # #", "b", "no. ##"]


@pytest.mark.parametrize("label", ["For Immediate Release", "FOR RELEASE", "Immediate Release:"])
def test_release_label_below_a_heading_does_not_begin_a_second_copy(label):
    ending = cut("12.02.11", "Office Opens in Harbor Town", label, LEAD, NEXT)

    assert texts(ending.main)[-2:] == [LEAD, NEXT]
    assert not ending.tail


def test_release_label_below_a_deck_does_not_begin_a_second_copy():
    assert not cut("Office Opens", LEAD, "For Immediate Release", *[NEXT] * 6).tail


def test_release_label_below_a_release_begins_a_second_copy():
    ending = cut(LEAD, NEXT, "For Immediate Release", LEAD)

    assert texts(ending.main) == [LEAD, NEXT]
    assert texts(ending.tail) == ["For Immediate Release", LEAD]


def test_work_is_linear_in_the_number_of_labels():
    steps = []
    for count in (2_000, 4_000):
        text = lines.read("\n".join(["For Immediate Release"] * count))[0]
        counted = [0]

        def trace(frame, event, argument, counted=counted):
            counted[0] += 1

        sys.setprofile(trace)
        try:
            trailer.split_body(text)
        finally:
            sys.setprofile(None)
        steps.append(counted[0])

    assert steps[1] < 2.5 * steps[0]
