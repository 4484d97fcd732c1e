"""Dates in the languages that US public offices publish in most are read in all their forms."""

import datetime

import pytest

from releases.parsing import dates

MARCH, DECEMBER = datetime.date(2024, 3, 5), datetime.date(2023, 12, 5)


@pytest.mark.parametrize(
    "words",
    [
        *("5 de marzo del año 2024", "martes 5 de marzo de 2024"),
        *("le mardi 5 mars 2024", "5 mars 2024"),
        *("terça-feira, 5 de março de 2024", "5 de março do ano de 2024"),
        *("Dienstag, den 5. März 2024", "5.März 2024", "5. Maerz 2024", "5. Mrz. 2024"),
        *("5 maart 2024", "5 mrt. 2024", "martedì, 5 marzo 2024", "5 marca 2024 r."),
        *("ngày 5 tháng 3 năm 2024", "tháng 3 ngày 5 năm 2024", "Tháng Ba 5, 2024"),
        *("ngày 5 tháng ba năm 2024", "5 Tháng Ba, 2024"),
        *("ika-5 ng Marso, 2024", "ika-5 ng Marso ng 2024", "ika-5 na araw ng Marso 2024"),
        *("ika-5 ng Marso, taong 2024", "Marso 5, 2024", "madi 5 mas 2024"),
        *("2024年3月5日", "2024 年 3 月 5 日（星期二）", "2024年3月5號", "２０２４年３月５日"),
        *("二〇二四年三月五日", "二零二四年三月五日", "2024年三月五日", "三月 5, 2024"),
        *("公元2024年3月5日", "3月5日，2024年", "2024년 3월 5일(화)", "3월 5일, 2024년"),
        *(
            "2024. 3. 5.",
            "2024. 3. 5",
            "일자: 2024. 3. 5",
            "2024. 3. 5 (화)",
            "5 آذار 2024",
            "٥ مارس ٢٠٢٤",
            "5 من مارس 2024",
        ),
        *("5 آذار/مارس 2024", "5 марта 2024 г.", "«5» марта 2024 года", "5-го марта 2024 года"),
        *("Март 5, 2024", "5 мар. 2024"),
    ],
)
def test_date_of_march_is_read(words):
    assert [(date.date, date.warning_code) for date in dates.find(words)] == [(MARCH, "")]


@pytest.mark.parametrize(
    "words",
    [
        *("5 déc. 2023", "5 de dez. de 2023", "5. Dez. 2023", "5 dic. 2023", "5 дек. 2023"),
        *("5 tháng mười hai, 2023", "Dis. 5, 2023", "二〇二三年十二月五日"),
        *("5 كانون الأول 2023", "5 كانون الأول/ديسمبر 2023"),
    ],
)
def test_date_of_december_is_read(words):
    assert [(date.date, date.warning_code) for date in dates.find(words)] == [(DECEMBER, "")]


@pytest.mark.parametrize(
    "words",
    ["1ro de marzo de 2024", "primero de marzo de 2024", "1ᵉʳ mars 2024", "1ye mas 2024"],
)
def test_first_of_a_month_is_read(words):
    assert [date.date for date in dates.find(words)] == [datetime.date(2024, 3, 1)]


@pytest.mark.parametrize(
    ("words", "month", "day"),
    [
        *(("十月十日", 10, 10), ("三月二十日", 3, 20), ("三月廿五日", 3, 25)),
        *(("十一月十五日", 11, 15), ("十二月三十一日", 12, 31)),
    ],
)
def test_chinese_numerals_are_read(words, month, day):
    assert [date.date for date in dates.find(f"二〇二四年{words}")] == [
        datetime.date(2024, month, day)
    ]


def test_month_of_two_languages_is_ambiguous_unless_weekday_or_preposition_decides():
    assert [date.warning_code for date in dates.find("12 out 2024")] == ["ambiguous_date"]
    assert dates.find("samdi 5 out 2023")[0].date == datetime.date(2023, 8, 5)
    assert dates.find("5 de out. de 2023")[0].date == datetime.date(2023, 10, 5)
