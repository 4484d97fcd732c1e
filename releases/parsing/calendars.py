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
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada "
    "grudnia",
    "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի "
    "նոյեմբերի դեկտեմբերի",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "- - - ابريل - يونيه يوليه اغسطس - اكتوبر - -",
    "- شباط آذار نيسان أيار حزيران تموز آب أيلول - - -",
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
