"""Word diffs are readable, for texts of any length."""

import pytest

from releases.content import diffing
from tests.processor_time import fastest

NOTHING: dict[str, object] = {
    "title": "",
    "subtitle": "",
    "date": None,
    "dateline": "",
    "contact": "",
    "body": "",
    "end_mark": "",
    "language": "en",
    "sections": [],
    "topics": [],
    "slug": "",
}
MARKS = {"same": "{}", "added": "[+{}+]", "dropped": "[-{}-]"}


def shown(before, after):
    """Merge both texts, one line per paragraph."""
    return "\n".join(
        "".join(MARKS[segment.kind].format(segment.text) for segment in paragraph)
        for paragraph in diffing.compare_texts(before, after)
    )


def snapshot(**fields):
    return {**NOTHING, **fields}


@pytest.mark.parametrize(
    ("before", "after", "golden"),
    [
        ("A b c.", "A b c.", "A b c."),
        ("Opened a new office.", "Opened two new office.", "Opened [-a -][+two +]new office."),
        ("Paid $2,000 on May 1.", "Paid $3,000 on May 1.", "Paid $[-2,000 -][+3,000 +]on May 1."),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n[-Two.-]\nThree."),
        ("One.\n\nThree.", "One.\n\nTwo.\n\nThree.", "One.\n[+Two.+]\nThree."),
        ("One. Two.", "One.\n\nTwo.", "One.\nTwo."),
        ("", "New words.", "[+New words.+]"),
        ("Old words.", "", "[-Old words.-]"),
        ("a  b\nc", "a b c", "a b c"),
        ("See [it](/a).", "See [it](/b).", "See [it](/[-a-][+b+])."),
        ("Ibáñez said.", "Ibañez said.", "[-Ibáñez -][+Ibañez +]said."),
    ],
)  # fmt: skip
def test_difference_is_shown_in_place(before, after, golden):
    assert shown(before, after) == golden


@pytest.mark.parametrize("text", ["One.\n\n“Two,” he said.\n\n- a\n- b", "# # #", "a\\\nb"])
def test_unchanged_text_is_shown_as_stored(text):
    assert shown(text, text) == text.replace("\n\n", "\n")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a x y c", 2),
        ("a b c", "a c", 1),
        ("a b.\n\nc d e.", "a b.", 3),
        ("He left.", "He left!", 0),
    ],
)
def test_replaced_word_counts_once(before, after, words):
    assert diffing.count_changed_words(snapshot(body=before), snapshot(body=after)) == words


def test_comparison_names_the_different_parts_in_page_order():
    before = snapshot(title="A", body="b", sections=[{"heading": "H", "body": "c"}])
    after = snapshot(title="B", body="b", sections=[{"heading": "H", "body": "d"}])

    assert [change.part for change in diffing.compare(before, after)] == ["Title", "Sections"]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ({"body": 'He said "no" - twice...'}, {"body": "He  said “no” –\ntwice…"}, True),
        ({"topics": ["a"]}, {"topics": ["b"]}, True),
        ({"slug": "a"}, {"slug": "b"}, True),
        ({"body": "It is so."}, {"body": "It is not so."}, False),
        ({"body": "It paid $20."}, {"body": "It paid $2.0"}, False),
        ({"body": "See [it](/a)."}, {"body": "See [it](/b)."}, False),
        ({"body": "Ana did it."}, {"body": "ana did it."}, False),
        ({"title": "A", "body": "B"}, {"title": "A B", "body": ""}, False),
        ({"date": "2024-05-14"}, {"date": "2024-05-15"}, False),
    ],
)
def test_only_typography_is_typography_only(before, after, same):
    assert diffing.is_typography_only(snapshot(**before), snapshot(**after)) is same


SECTION = {"kind": "quote", "heading": "Doe", "body": "So.", "after_end": False}


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ([{**SECTION, "kind": "notes"}], False),
        ([{**SECTION, "after_end": True}], False),
        ([{**SECTION, "heading": "", "body": "Doe\n\nSo."}], False),
        ([{**SECTION, "body": ""}, {**SECTION, "heading": "", "body": "So."}], False),
        ([{**SECTION, "body": "So. "}], True),
    ],
)
def test_kind_and_place_of_a_section_are_not_typography(changed, same):
    before, after = snapshot(sections=[SECTION]), snapshot(sections=changed)

    assert diffing.is_typography_only(before, after) is same


def test_changed_kind_of_a_section_is_shown():
    before, after = (snapshot(sections=[{**SECTION, "kind": kind}]) for kind in ("quote", "notes"))

    assert diffing.changed_parts(before, after) == ["Kinds of sections"]
    assert [change.part for change in diffing.compare(before, after)] == ["Kinds of sections"]


def test_small_change_in_a_very_long_text_is_found_exactly():
    before = "\n\n".join(f"Word{n} said so on day {n}." for n in range(30_000))

    changes = [
        paragraph
        for paragraph in diffing.compare_texts(before, before.replace("Word777 ", "Word778 "))
        if len(paragraph) > 1
    ]

    assert [segment.kind for segment in changes[0]] == ["dropped", "added", "same"]
    assert len(changes) == 1


def test_texts_too_different_to_align_are_shown_in_sequence():
    before, after = "a b " * 1500, "b c " * 1500

    kinds = [segment.kind for segment in diffing.compare_texts(before + "x", "y " + after)[0]]

    assert kinds == ["dropped", "added"]


@pytest.mark.parametrize(
    "piece", ["<", "[", "*", "&", "#", "a-", "\u202ea", "a\n\n", "- a\n", "| 1 | 2 |\n", "*a _b "]
)
def test_text_of_ten_times_the_size_takes_ten_times_the_time(piece):
    def seconds(size):
        text = piece * (size // len(piece))
        middle = len(text) // 2
        return fastest(lambda: diffing.compare_texts(text, f"{text[:middle]} new {text[middle:]}"))

    # A quadratic step takes 100 times; caches of the processor alone can make ten times thirty.
    assert seconds(100_000) < 50 * seconds(10_000)


def repetitive(passage):
    """Many passages that align badly, each between two unchanged paragraphs."""
    return "\n\n".join(f"Paragraph {n} stays.\n\n{passage}" for n in range(300))


def test_comparison_of_repetitive_passages_is_coarse():
    before, after = repetitive("a b " * 40), repetitive("b a c " * 30)

    changes = diffing.compare(snapshot(body=before), snapshot(body=after))

    assert changes[0].is_coarse
    assert [len(paragraph) for paragraph in changes[0].paragraphs[-4:]] == [1, 2, 1, 2]


def test_comparison_of_an_ordinary_correction_is_never_coarse():
    before, after = repetitive("It was so."), repetitive("It is so.")

    assert not diffing.compare(snapshot(body=before), snapshot(body=after))[0].is_coarse
