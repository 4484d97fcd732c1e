"""Names of months and weekdays by language, as dates are printed (CLDR format names)."""

from releases.parsing.alternatives import (
    ENGLISH_DAYS,
    ENGLISH_MONTHS,
    SPANISH_DAYS,
    SPANISH_MONTHS,
    split_words,
)

# Twelve names each; "-" where the word means another month in another language ("out" is August in
# Haitian Creole and short for October in Portuguese). CLDR has no Haitian Creole.
_OTHER_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "- fevrier - - - - - aout - - - decembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "- - marco - - - - - - - - -",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Enero Pebrero Marso Abril Mayo Hunyo Hulyo Agosto Setyembre Oktubre Nobyembre Disyembre",
    "janvye fevriye mas avril me jen jiyè - septanm oktòb novanm desanm",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "- - - - - - jiye - - oktob - -",
    "Jänner Feber Maerz - - - - - - - - -",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada "
    "grudnia",
    "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի "
    "նոյեմբերի դեկտեմբերի",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "- - - ابريل - يونيه يوليه اغسطس - اكتوبر - -",
    "- - - إبريل - - - - - - - -",
    "- شباط آذار نيسان أيار حزيران تموز آب أيلول - - -",
    "- - اذار - ايار - - - ايلول - - -",
)
# Abbreviations; "-" also where English or Spanish ones are the same.
_SHORT_MONTHS = (
    "janv févr - avr - - juil - - - - déc",
    "- fév - - - - - aoû - - - -",
    "- fevr - - mai - - - - - - -",
    "- fev - - - - - - - - - dez",
    "- - mär - - - - - - okt - -",
    "- - mrz - - - - - - - - -",
    "- - mrt - mei - - - - - - -",
    "gen - - - mag giu lug - - ott - -",
    "- peb - - - hun hul - - - nob dis",
    "янв фев мар апр - июн июл авг сен окт ноя дек",
    "- - - - - - - - сент - нояб -",
)
_OTHER_DAYS = (
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira - domingo",
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "- - Miyerkules Huwebes Biyernes Sabado Linggo",
    "lendi madi mèkredi jedi vandredi samdi dimanch",
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "понеділок вівторок середа четвер - субота неділя",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "երկուշաբթի երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի",
    "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "الإثنين - - - - - -",
)


def _numbered(lists: tuple[str, ...], first: int) -> dict[str, int]:
    return {
        name.lower(): number
        for names in lists
        for number, name in enumerate(split_words(names), first)
        if name != "-"
    }


# Also of two words.
TWO_WORD_MONTHS = {
    "تشرين الأول": 10,
    "تشرين الاول": 10,
    "تشرين الثاني": 11,
    "كانون الأول": 12,
    "كانون الاول": 12,
    "كانون الثاني": 1,
}
VIETNAMESE_MONTHS = {
    **_numbered(("một hai ba tư năm sáu bảy tám chín mười - -",), 1),
    **{"giêng": 1, "bốn": 4, "mười một": 11, "mười hai": 12, "chạp": 12},
}
CHINESE_DIGITS = "〇零○一二三四五六七八九"  # the first three are zeros
CHINESE_NUMERALS = f"{CHINESE_DIGITS}十廿"

MONTHS = {
    **_numbered(_OTHER_MONTHS, 1),
    **{name[:3].lower(): number for number, name in enumerate(SPANISH_MONTHS, 1)},
    **{name: number for number, name in enumerate(SPANISH_MONTHS, 1)},
    **{name[:3].lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)},
    **{name.lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)},
    **{"sept": 9, "setiembre": 9, "set": 9},
}
WEEKDAYS = {
    **_numbered(_OTHER_DAYS, 0),
    **{name: number for number, name in enumerate(SPANISH_DAYS)},
    **{name[:3].lower(): number for number, name in enumerate(ENGLISH_DAYS)},
    **{name.lower(): number for number, name in enumerate(ENGLISH_DAYS)},
    **{"tues": 1, "thur": 3, "thurs": 3, "miercoles": 2},
}

# Of complete dates only.
SHORT_MONTHS = {
    **_numbered(_SHORT_MONTHS, 1),
    **TWO_WORD_MONTHS,
    **VIETNAMESE_MONTHS,
    "out": 10,  # after "de", as in Portuguese
}
AMBIGUOUS_MONTHS = {"out": (8, 10)}  # August in Haitian Creole, October in Portuguese
FIRST = frozenset({"primero", "premye"})  # day of a month


def read_number(words: str) -> int:
    """Return the number in digits or, below 100 or digit by digit, in Chinese numerals; 0 if none.

    >>> read_number("廿五"), read_number("十十")
    (25, 0)
    """
    if words.isdecimal():
        return int(words)
    tens, ten, ones = words.replace("廿", "二十").rpartition("十")
    if "十" in tens:
        return 0
    return 10 * _read_digits(tens or "一") + _read_digits(ones) if ten else _read_digits(ones)


def _read_digits(words: str) -> int:
    return int("".join(str(max(CHINESE_DIGITS.index(each) - 2, 0)) for each in words) or 0)
