import re

import pytest

from releases.search.highlighting import PASSAGE_LENGTH, Highlighter, _runs_with_marks
from releases.search.query.parser import parse


def marked(query: str, text: str, language: str = "en") -> list[str]:
    segments = Highlighter(parse(query).tree).segments(text, language)
    assert "".join(piece for piece, _ in segments) == text
    return [piece for piece, is_match in segments if is_match]


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        (
            "trafficking",
            "Traffickers traffic in what they trafficked.",
            ["Traffickers", "trafficked"],
        ),
        ("ibanez", "Morales Ibáñez signed.", ["Ibáñez"]),
        ("california", "California’s report", ["California’s"]),
        ('"smart on crime"', "Smart on crime is smart.", ["Smart", "on", "crime"]),
        ("smart -crime", "Smart on crime", ["Smart"]),
        ("traffick*", "trafficking, traffic", ["trafficking"]),
        ("AB 2466", "Assembly Bill 2466 passed", ["Assembly Bill 2466"]),
        ("(916) 210-6000", "Call 916.210.6000 now", ["916.210.6000"]),
        ("title:report", "A report", ["report"]),
        ("year:2012", "In 2012", []),
        ("", "Nothing is sought", []),
        ("the history of water", "The water of the history", ["water", "history"]),
        ("what is the", "The cure is what helps", ["The", "is", "what"]),
        ("b", "<b>bold</b> & b", ["b", "b", "b"]),
    ],
)
def test_matches_are_marked(query, text, words):
    assert marked(query, text) == words


def test_words_are_stemmed_in_the_language_of_the_text():
    assert marked("investigación", "Las investigaciones siguen.", "es") == ["investigaciones"]


def passage(query: str, body: str) -> str:
    segments = Highlighter(parse(query).tree).passage([body], "en")
    return "".join(f"[{piece}]" if is_match else piece for piece, is_match in segments)


def test_passage_is_the_paragraph_with_most_terms():
    body = "The county met.\n\nThe county’s clinic opened.\n\nThe clinic is open."
    assert passage("county clinic", body=body) == "The [county’s] [clinic] opened."


def test_passage_is_the_first_of_equal_paragraphs():
    assert passage("clinic", body="A clinic.\n\nThe clinic.") == "A [clinic]."


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("of the", "the end [of] [the] road"),
        ("county office", "The [County’s] [Office] opened"),
        ("secretaria de educacion", "La [Secretaría] [de] [Educación]"),
    ],
)
def test_phrase_is_shown_however_many_paragraphs_have_one_of_its_words(phrase, written):
    others = ["Of all, the county has an office; secretaria."] * 9
    text = written.replace("[", "").replace("]", "")
    assert passage(f'"{phrase}"', "\n\n".join([*others, text])) == written


def test_word_with_periods_or_accents_is_shown():
    assert passage("nafta", body="Old.\n\nThe N.A.F.T.A. pact.") == "The [N.A.F.T.A.] pact."
    assert passage("lodz", body="Old.\n\nTo Łódź.") == "To [Łódź]."
    assert passage("obrien", body="Old.\n\nMs. O'Brien.") == "Ms. [O'Brien]."


def test_long_paragraph_is_cut_at_words():
    body = "word " * 100 + "clinic " + "word " * 100
    text = passage("clinic", body=body)
    assert text.startswith("… word")
    assert text.endswith("word\u00a0…")
    assert "[clinic]" in text
    assert len(text) < PASSAGE_LENGTH + 20


def test_markdown_is_not_shown():
    assert passage("clinic", body="The **clinic** [opened](/x).") == "The [clinic] opened."


def test_no_passage_without_matches():
    assert passage("zebra", body="The clinic.") == ""
    assert passage("year:2012", body="In 2012.") == ""


FAR = "The county met on Tuesday and heard what was said. " * 6


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ('"harbor master"', ["Harbor Master", "harbor master’s"]),
        ('"the us"', ["the U.S.", "The US"]),
        ('"de la"', ["de la", "DE LÁ"]),
        ('"sheriff office"', ["Sheriff's Office", "sheriff’s office"]),
        ('"harbor master" "the us"', ["harbor master", "the US"]),
    ],
)
def test_phrase_is_marked_anywhere_in_any_spelling(query, written):
    text = FAR.join(["", *(f"({row}) " for row in written), ""])
    assert " ".join(marked(query, text)) == " ".join(written)


def test_distant_words_of_a_phrase_are_not_marked():
    assert marked('"harbor master"', f"A harbor master’s harbor. {FAR} Master of ports.") == [
        "harbor",
        "master’s",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The Assembly Concurrent Resolution No. 23, House Joint Resolution 5 and Prop. 8 passed",
        "See Senate Constitutional Amendment 12, Senate Bill 1, Proposition 65 and H. Res. 7",
        "Some 32 million dollars, $5 billion, 3 trillion, 7 thousand and 1.5 million people",
        "Pagaron 3 mil millones de dólares, 4 millones de dolares y un millón 5 veces en 2012",
        "Case 2:12-cv-01234 of the MS-13 gang, number 7, filed March 5, 2012 at 555 Main Street",
    ],
)
def test_words_near_figures_are_marked_as_the_analyzer_reads_them(text):
    for word in re.findall(r"[^\W\d]+", text):
        highlighter = Highlighter(parse(word).tree)
        analyzed = [text[start:end] for start, end in highlighter._matched_spans(text, "en")]
        assert marked(word, text) == analyzed


def test_run_of_words_is_read_once_however_many_marks_it_has():
    assert len(list(_runs_with_marks("see " + "a-b'" * 500 + " x-y"))) == 2
