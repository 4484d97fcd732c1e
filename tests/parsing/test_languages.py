"""Languages are detected by common words."""

import pytest

from releases.parsing import languages


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The office announced that it will help the towns of the coast.", "en"),
        ("La oficina anunció que ayudará a los pueblos del puerto con más fondos.", "es"),
        ("Le bureau a annoncé que les villes du port sont dans une zone.", "fr"),
        ("Văn phòng cho biết các thị trấn của quận đã được giúp trong năm.", "vi"),
        ("Ang tanggapan ay tutulong sa mga bayan ng daungan para sa lahat.", "tl"),
        ("Die Stadt hat das Haus heute für alle geöffnet und es ist frei.", "de"),
        ("Biwo a te di li pral ede moun yo nan tout vil yo.", "ht"),
        ("總檢察長今天宣布一項計劃", "zh"),
        ("검찰총장이 오늘 발표했다", "ko"),
        ("", ""),
        ("12345 ###", ""),
        ("xyzzy plugh", ""),
    ],
)
def test_language_is_detected(text, tag):
    assert languages.detect(text) == tag


def test_release_label_in_another_language_does_not_count():
    spanish = "FOR IMMEDIATE RELEASE. La oficina anunció que ayudará a los pueblos del puerto."

    assert languages.detect(spanish) == "es"


def test_words_of_english_texts_are_found_as_the_pattern_finds_them():
    text = "".join(map(chr, range(128))) + " “the office’s” 3rd—‘a_b’ – to"

    assert languages._words(text) == languages._WORD.findall(text)
