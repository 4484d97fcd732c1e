from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.search.analysis.analyzer import MAX_TERM_LENGTH, printed_words, words
from releases.search.analysis.stemming import english, spanish, stemmer, variants

ACCORD = Path("fixtures/harris-morales-accord.txt").read_text(encoding="utf-8")


def index_forms(text: str) -> set[str]:
    return {form for word in words(text) for form in (*word.parts, *word.common_forms)}


def query_forms(text: str) -> list[str]:
    return [form for word in words(text) for form in word.query_forms]


@pytest.mark.parametrize(
    "spellings",
    [
        ["Ibáñez", "ibanez", "IBÁÑEZ", "Iba\u0301n\u0303ez"],
        ["California’s", "California's", "california"],
        ["O’Brien", "O'Brien’s", "O´Brien", "obrien"],
        ["Hawai‘i", "Hawaiʻi", "Hawai'i", "Hawaii"],
        ["54,000", "54000"],
        ["U.S.", "US", "u.s"],
        ["Łódź", "lodz"],
        ["Straße", "STRASSE"],
        ["(916) 210-6000", "916-210-6000", "916.210.6000", "1-916-210-6000", "+1 916 210 6000"],
        ["$32 billion", "$32,000,000,000", "$32B", "$32-billion", "32 billion dollars"],
        ["$2.8 million", "$2,800,000", "$2.8M", "2.8 millones de dólares"],
        ["32 mil millones", "32 billion", "32,000,000,000"],
        ["AB 2466", "AB-2466", "AB2466", "A.B. 2466", "Assembly Bill 2466"],
        ["AB 2466", "Assembly Bill No. 2466"],
        ["SB 1133", "Senate Bill 1133", "SENATE BILL 1133", "sb 1133"],
        ["H.R. 2055", "HR 2055", "H R 2055", "H.R.2055", "HR-2055"],
        ["S. 1133", "S.1133"],
        ["ACR 5", "A.C.R. 5", "Assembly Concurrent Resolution 5"],
        ["SJR 12", "Senate Joint Resolution No. 12"],
        ["SCA 3", "Senate Constitutional Amendment 3"],
        ["S. Con. Res. 7", "S.Con.Res. 7"],
        ["Proposition 8", "Prop. 8", "Prop 8"],
        ["2:12-cv-01234", "2:12-CV-01234"],
        ["l’œuvre", "l'oeuvre", "œuvre"],
        ["D’Angelo", "D'Angelo", "dangelo"],
        ["MS-13", "MS13"],
    ],
)
def test_spellings_of_one_term_match_each_other(spellings):
    for spelling in spellings:
        for other in spellings:
            assert set(query_forms(spelling)) <= index_forms(other), (spelling, other)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a $32 billion industry", "32 billion"),
        ("a $32 billion industry", "billion"),
        ("Assembly Bill 2466", "bill 2466"),
        ("call (916) 210-6000", "6000"),
        ("the cross-border gang", "border"),
        ("43-year-old", "43 year old"),
        ("加州总检察长", "检察"),
        ("AB型", "型"),
        ("Харрис подписала", "харрис"),
        ("한국어", "한국"),
        ("हिन्दी समाचार", "हिन्दी"),
        ("_emphasis_ and **strong**", "emphasis strong"),
        ("case 3:18-cv-04417-QRX", "18-cv-04417"),
        ("case 3:18-cv-04417-QRX", "18-cv-4417"),
        ("case 3:18-cv-04417-QRX", "18-04417"),
        ("case 18-cv-4417", "3:18-cv-04417"),
        ("shots against COVID-19", "covid19"),
        ("a re-entry judge", "reentry"),
        ("forms by E-Mail", "email"),
        ("AT&T pays", "at&t"),
        ("classes in C++ and C#", "c++ C#"),
        ("the UN and the U.N.", "UN"),
        ("Who heads the WHO?", "WHO"),
    ],
)
def test_part_finds_the_whole(text, query):
    assert set(query_forms(query)) <= index_forms(text)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("$32 million", "$32 billion"),
        ("$32 million", "$32"),
        ("32 billion people", "$32 billion"),
        ("SB 2466", "AB 2466"),
        ("AB 24661", "AB 2466"),
        ("a vote of 5-4", "54"),
        ("加州", "州加"),
        ("(916) 210-6001", "(916) 210-6000"),
        ("gates A and M", "A&M"),
        ("vitamin C", "C++"),
        ("entry is free", "re-entry"),
        ("mail boat", "e-mail"),
        ("case 3:18-cv-04418", "18-cv-4417"),
        ("case 3:17-cv-04417", "18-04417"),
        ("whoever it is, who knows", "WHO"),
    ],
)
def test_different_terms_do_not_match(text, query):
    assert not set(query_forms(query)) <= index_forms(text)


@pytest.mark.parametrize(
    "query",
    [
        *("ibanez", "California's", "$32 billion", "32 billion", "AB 2466", "Assembly Bill 2466"),
        *("SB 1133", "54000", "(916) 210-6000", "916.210.6000", "sinaloa", "edmund brown"),
    ],
)
def test_accord_is_found_by_terms_in_it(query):
    assert set(query_forms(query)) <= index_forms(ACCORD)


@pytest.mark.parametrize("query", ["sinaloan", "$33 billion", "AB 1133", "5400", "attorneyship"])
def test_accord_is_not_found_by_other_terms(query):
    assert not set(query_forms(query)) <= index_forms(ACCORD)


def test_words_have_their_offsets():
    spans = [ACCORD[word.start : word.end] for word in words(ACCORD)]
    assert {"Ibáñez", "$32 billion", "Assembly Bill 2466", "California’s"} <= set(spans)


@given(st.text())
def test_any_text_has_words(text):
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.parts
        assert word.query_forms
        assert all(
            part and len(part) <= MAX_TERM_LENGTH for part in (*word.parts, *word.query_forms)
        )


@given(st.text())
def test_text_is_found_by_itself(text):
    assert set(query_forms(text)) <= index_forms(text)


@given(st.text(st.sampled_from("aceghilnoqrsuxy"), max_size=7))
def test_any_word_has_stems(word):
    assert set(variants(word)) >= {english(word), spanish(word), word}


@pytest.mark.parametrize("word", ["argue", "ague", "angue"])
def test_word_that_the_library_fails_on_is_its_stem(word):
    assert spanish(word) == word


def test_huge_number_has_index_forms():
    assert index_forms("$" + "9" * 5_000 + " trillion")


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        (english, ["trafficking", "traffickers", "trafficked"]),
        (english, ["victim", "victims"]),
        (spanish, ["investigacion", "investigaciones"]),
        (spanish, ["asesino", "asesinos"]),
    ],
)
def test_forms_of_a_word_have_one_stem(stem, forms):
    assert len({stem(form) for form in forms}) == 1


def test_variants_include_the_stem_of_each_language():
    for language in ("en", "es-MX", "vi"):
        assert stemmer(language)("investigaciones") in variants("investigaciones")


@pytest.mark.parametrize(
    "text",
    [
        "The court ruled: it costs $32 billion, in all. As before, AB 2466; or A. B. 2466.",
        "staff said. 5 million dollars (by May). Assembly bill 12, and house of S. Con. Res. 5",
        f"{'longer' * 20} and {'x' * 60} {'y' * 61}, end.\u2028next\u00a0one:two ),a  b",
        "état the UN, who WHO. d’accord we're state's 1,000 rock-and-roll a.m. Ibáñez 東京, all",
    ],
)
def test_printed_words_are_the_parts_of_all_words(text):
    found = list(words(text))
    assert printed_words(text) == (
        [part for word in found for part in word.parts],
        [form for word in found for form in word.common_forms],
    )
