"""Releases in other languages than English and Spanish are read whole."""

import datetime

import pytest

from releases.parsing.parser import parse

CHINESE = (
    "新聞稿\n2024年4月18日\n\n市政府開放舊河港步道\n\n"
    "市政府今天開放舊河港的步道。\n\n居民可以免費使用。\n"
)
ARABIC = (
    "بيان صحفي\n18 أبريل 2024\n\nالمدينة تفتح مكتبة جديدة\n\n"
    "افتتحت المدينة اليوم مكتبة جديدة للأطفال قرب النهر.\n\nالمكتبة مفتوحة لجميع السكان كل يوم.\n"
)
FRENCH = (
    "COMMUNIQUÉ DE PRESSE\n\nLa ville ouvre un musée\n\n"
    "Val-des-Ormes, le 18 avril 2024 – La ville a ouvert un musée dans la gare.\n\n"
    "Il est ouvert à tous.\n"
)


@pytest.mark.parametrize(
    ("text", "title", "language"),
    [
        (CHINESE, "市政府開放舊河港步道", "zh"),
        (ARABIC, "المدينة تفتح مكتبة جديدة", "ar"),
        (FRENCH, "La ville ouvre un musée", "fr"),
    ],
)
def test_title_date_and_text_are_read(text, title, language):
    parsed = parse(text)

    assert (parsed.title, parsed.language) == (title, language)
    assert parsed.date == datetime.date(2024, 4, 18)
    assert parsed.paragraph_count == 2


def test_place_before_a_french_date_is_the_dateline():
    assert parse(FRENCH).dateline == "Val-des-Ormes"


def test_decomposed_letters_read_as_composed():
    assert parse("Cafe\u0301 Opens\n\nMay 1, 2024\n\nThe cafe\u0301 opens.").title == "Café Opens"


def test_text_in_capitals_has_a_dateline():
    text = "PARK OPENS\n\nMAY 1, 2024\n\nOAKFIELD -- THE CITY OPENED THE PARK BY THE LAKE TODAY.\n"

    assert (parse(text).title, parse(text).dateline) == ("PARK OPENS", "OAKFIELD")


BODY = "The county opened a records office in the old mill.\n\nPeople can see deeds there today."


@pytest.mark.parametrize(
    ("label", "contact"),
    [
        ("PARA ENTREGA INMEDIATA", "Persona de contacto:"),
        ("À PUBLIER IMMÉDIATEMENT", "Pour plus d’informations :"),
        ("PARA LIBERAÇÃO IMEDIATA", "Contato para a imprensa:"),
        ("Sofort frei", "Kontakt für Medien:"),
        ("PHỔ BIẾN NGAY", "Thông tin liên hệ:"),
        ("PARA SA MABILISANG PAGLABAS", "Kontak sa Media:"),
        ("POU PIBLIYE TOUSWIT", "Moun pou kontakte:"),
        ("即日發布", "媒體聯絡人："),
        ("请即发布", "新闻联系人："),
        ("즉시 발표용", "언론 문의:"),
        ("للنشر العاجل", "للتواصل الإعلامي:"),
        ("ДЛЯ СРОЧНОЙ ПУБЛИКАЦИИ", "Контакты для СМИ:"),
        ("FOR IMMEDIATE RELEASE", "For more information:"),
    ],
)
def test_labels_are_neither_title_nor_contact(label, contact):
    head = f"{label}\n\n{contact}\nPat Doe\n(555) 010-0100\n\nCounty Opens an Office"

    parsed = parse(f"{head}\n\nMay 1, 2024\n\n{BODY}")

    assert (parsed.title, parsed.subtitle) == ("County Opens an Office", "")
    assert parsed.contact == "Pat Doe\n(555) 010-0100"


@pytest.mark.parametrize("word", ["Renseignements", "Rückfragen", "Relations avec les médias"])
def test_word_is_a_contact_label_only_above_a_number(word):
    assert parse(f"{word}\n\n{BODY}").title == word
    assert parse(f"{word}\nPat Doe\n(555) 010-0100\n\nAn Office Opens\n\n{BODY}").contact == (
        "Pat Doe\n(555) 010-0100"
    )
