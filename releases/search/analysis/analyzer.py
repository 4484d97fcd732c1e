"""Analyzer of documents, queries and highlights: from text to comparable words.

Case, accents, apostrophes, possessive s and thousands separators are dropped. Terms that have
several spellings get one common form in addition to their parts:

    $32 billion = $32,000,000,000       $32000000000, and 32000000000 without the sign
    (916) 210-6000 = 916.210.6000       9162106000
    AB 2466 = A.B. 2466 = AB-2466 = Assembly Bill 2466     ab2466
    2:12-cv-01234 = 12-cv-1234          12cv1234, and 12-1234
    MS-13                               ms13
    U.S. = US                           us
    re-entry = reentry                  reentry
    AT&T, C++                           at&t, c++
    UN, WHO, IT                         UN., WHO., IT. where the word is too common in lower case
    l’œuvre = œuvre                     oeuvre, and loeuvre

Documents are indexed by parts and common form. Queries use the common form alone, and skip stop
words (the, of, what) unless they have nothing else. Scripts without spaces are compared by bigrams.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from releases.parsing.alternatives import STOP_WORDS

_SINGLE_WORD_KINDS = frozenset({"plain", "word", "initials"})
MAX_TERM_LENGTH = 60  # characters
_MAX_CASE_PARTS = 12  # of a case number
_MAX_HYPHENS = 5  # of a compound


class Word(NamedTuple):
    """Word or compound at text[start:end].

    `parts` are its folded words, one position each; `common_forms` are indexed as well;
    `query_forms` must all match, each by itself or by one of `joined`.
    """

    start: int
    end: int
    parts: tuple[str, ...]
    common_forms: tuple[str, ...]
    query_forms: tuple[str, ...]
    joined: tuple[str, ...] = ()


def words(text: str) -> Iterator[Word]:
    """Yield the words of any text, in order, without punctuation."""
    for match in _WORD.finditer(text):
        if match.lastgroup == "plain":
            parts = (fold(match[0]),)
            yield _word((*match.span(), parts, (), parts, ()))
        else:
            yield from _read(match)


def printed_words(text: str) -> tuple[list[str], list[str]]:
    """Return the parts of all `words`, and all their common forms, several times as fast."""
    printed: list[str] = []
    common_forms: list[str] = []
    for match in _RUN_OR_WORD.finditer(text):
        if match.lastgroup == "run":
            printed += match[0].lower().translate(_RUN_MARKS).split()
            continue
        for _start, _end, parts, forms, _query_forms, _joined in _read(match):
            printed += parts
            common_forms += forms
    return printed, common_forms


def _read(match: re.Match[str]) -> Iterable[Word]:
    """Return the words of a match."""
    kind = match.lastgroup
    if kind == "compound":
        return _hyphenated_word(match)
    if kind not in _SINGLE_WORD_KINDS:
        return (_compound_word(match),)
    part = fold(match[0])
    if not part.isascii():
        return _split_by_script(match)
    if not part:
        return ()
    forms = _acronym(match[0], part) if part in _STOP_WORDS else ()
    return (_word((*match.span(), (part,), forms, forms or (part,), ())),)


_word = partial(tuple.__new__, Word)  # same as Word(), at a third of its cost


def normalize_text(text: str) -> str:
    """Return the text without case and accents, and with straight apostrophes."""
    text = text.casefold()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", _ODD_LETTER.sub(_plain_letter, text))
    return unicodedata.normalize("NFC", _DIACRITICS.sub("", decomposed))


@lru_cache(1 << 13)  # as many as stems
def fold(word: str) -> str:
    """Return a word without case, accents, apostrophes and possessive s."""
    word = normalize_text(word)
    if "'" in word:
        word = word.removesuffix("'s").replace("'", "")
    return word.strip("_").replace(".", "")[:MAX_TERM_LENGTH]


def significant_forms(forms: set[str]) -> set[str]:
    """Return the folded words that are not stop words; all, if every one is."""
    return forms - _STOP_WORDS or forms


def is_stop_word(form: str) -> bool:
    return form in _STOP_WORDS


def _acronym(word: str, folded: str) -> tuple[str, ...]:
    """Return the form of a stop word in capitals, which is an acronym: UN, U.N., WHO."""
    # No folded word ends with a period.
    is_acronym = word.isupper() and 1 < len(folded) < 6
    return (f"{folded.upper()}.",) if is_acronym else ()


def _plain_letter(match: re.Match[str]) -> str:
    return _LETTERS[match[0]]


# Letters without a Unicode decomposition, and apostrophes.
_LETTERS = {
    **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"},
    **dict.fromkeys("’‘ʼʻ´`ˈ＇", "'"),
}
_ODD_LETTER = re.compile(f"[{''.join(_LETTERS)}]")  # several times faster than str.translate
# Accents of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic.
_DIACRITICS = re.compile(r"[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]")
# Without combining marks, words in Devanagari, Tamil or with decomposed accents would split.
_MARKS = "".join(
    character
    for character in map(chr, range(0x300, 0x10000))
    if unicodedata.category(character) in ("Mn", "Mc")
)
_LETTER = rf"[A-Za-z0-9\w{_MARKS}]"
_PLAIN_WORD = rf"{_LETTER}++(?:['’ʼ‘ʻ´]{_LETTER}++)*+"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!(?:[^\W\d]|[,.])*+\d)|\d+(?:\.\d+)?"
_DASH = r"\-\u2010\u2011\u2013"
_MAGNITUDE = r"(?i:mil\s+millones|thousand|million|billion|trillion|mil|mill[oó]n(?:es)?)"
_DOLLARS = r"(?i:\s+(?:de\s+)?d[oó]lares|\s+dollars)"
_MEASURE = r"\s+(?:(?:joint|concurrent)\s+resolution|constitutional\s+amendment|resolution|bill)"
_RESOLUTION = r"\.?\s?(?:(?:j|con)\.?\s?)?res\.?"

_BILL_BEGINS = r"[AaSsHhPp][.\sBbCcEeJjOoRrSs]"

# Written for speed: most words are `plain`, and first letters stay outside the case-insensitive
# groups, so that the other kinds fail at the first character.
_WORD = re.compile(
    rf"""
      (?P<plain> (?!{_BILL_BEGINS}) [A-Za-z][a-z]*+(?=[\s,;)]|[.:]\s) )
    | (?=[\d$€£¥(+])(?:
        (?P<money> [$€£¥]\s? (?:{_NUMBER})
            (?: [\s{_DASH}]+ {_MAGNITUDE}\b | (?i:bn|[kmb])\b )? )
      | (?P<phone> (?:\+?1[\s.{_DASH}]\s?)? (?:\(\d{{3}}\)\s?|\d{{3}}[\s.{_DASH}])
            \d{{3}} [\s.{_DASH}] \d{{4}} (?![\w{_DASH}]) )
      | (?P<amount> (?:{_NUMBER}) (?: [\s{_DASH}]+ {_MAGNITUDE}\b {_DOLLARS}? | {_DOLLARS} ) )
      | (?P<number> (?:{_NUMBER}) (?![:{_DASH}]*+\w) )
      )
    | (?P<bill>
        (?P<measure> (?={_BILL_BEGINS})(?:
            [Aa](?i: ssembly{_MEASURE} | \.?b\.? | \.?c\.?[ra]\.? | \.?j\.?r\.? )
          | [Ss](?i: enate{_MEASURE} | \.?b\.? | \.?c\.?[ra]\.? | \.?j\.?r\.? | {_RESOLUTION} | \. )
          | [Hh](?i: ouse{_MEASURE} | \.?b\.? | \.?\s?r\.? | {_RESOLUTION} )
          | [Pp](?i: rop(?:osition)?\.? ) ) )
        [\s{_DASH}]* (?:(?i:no\.?\s*|number\s+)|\#)? (?P<serial> \d{{1,5}}) (?!\w|[.,]\d)
      )
    | (?P<case> (?:(?:\d+|[A-Za-z]{{1,3}})[:{_DASH}]){{1,{_MAX_CASE_PARTS}}} \d+ (?!\w) )
    | (?P<initials> [^\W\d_](?:\.[^\W\d_])+(?!\w)\.? )
    | (?=[A-Za-z]{{1,3}}[&+\#])
        (?P<sign> [A-Za-z](?:\+\+|\#)(?!\w) | [A-Za-z]{{1,3}}&[A-Za-z]{{1,3}}(?!\w) )
    | (?P<elision> (?:[CDJLMNSTcdjlmnst]|[Qq]u)['’ʼ](?P<elided> [^\W\d_]{{2,}} ) )
    | (?P<word> {_PLAIN_WORD} ) (?: (?=[{_DASH}]{_LETTER})
        (?P<compound> (?:[{_DASH}]{_PLAIN_WORD}(?!\.\w)){{1,{_MAX_HYPHENS}}} ) )?+
    """,
    re.VERBOSE,
)
# Neighboring plain words at once, with the marks between them, at which no other kind begins.
_RUN_OR_WORD = re.compile(
    rf"""(?P<run> (?:
        (?!{_BILL_BEGINS}) [A-Za-z][a-z]{{0,{MAX_TERM_LENGTH - 1}}}+(?=[\s,;)]|[.:]\s) [\s,;).:]++
    )++ ) | {_WORD.pattern}""",
    re.VERBOSE,
)
_RUN_MARKS = dict.fromkeys(map(ord, ",;).:"), " ")
_SEPARATORS = {
    "phone": {ord("."): " "},
    "elision": dict.fromkeys(map(ord, "'’ʼ"), " "),
}
_ATOM = re.compile(rf"(?P<number>{_NUMBER})|{_PLAIN_WORD}")
_UNDASHED = re.compile(rf"[^{_DASH}]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+"
)

_STOP_WORDS = frozenset(map(fold, STOP_WORDS))


def _compound_word(match: re.Match[str]) -> Word:
    """Return a term of several words or figures, with its common forms."""
    kind = str(match.lastgroup)
    parts = tuple(_atoms(match[0].translate(_SEPARATORS.get(kind, {}))))
    common_forms = _COMMON_FORMS[kind](match)
    return Word(*match.span(), parts, common_forms, common_forms[:1] or parts)


def _hyphenated_word(match: re.Match[str]) -> Iterator[Word]:
    """Yield a compound, or each of its words in scripts without spaces."""
    if _UNSPACED.search(match[0]):
        for piece in _UNDASHED.finditer(match[0]):
            yield from _split_unspaced(piece[0], match.start() + piece.start())
    elif parts := tuple(filter(None, map(fold, _UNDASHED.findall(match[0])))):
        joined = "".join(parts)[:MAX_TERM_LENGTH]
        # “re” or “e” alone would find too much.
        is_prefixed = any(len(part) < 3 and part.isalpha() for part in parts)
        yield Word(*match.span(), parts, (joined,), (joined,) if is_prefixed else parts, (joined,))


def _atoms(text: str) -> Iterator[str]:
    for match in _ATOM.finditer(text):
        part = match[0].replace(",", "") if match["number"] else fold(match[0])
        if part:
            yield part[:MAX_TERM_LENGTH]


def _split_by_script(match: re.Match[str]) -> Iterator[Word]:
    return _split_unspaced(match[0], match.start())


def _split_unspaced(text: str, offset: int) -> Iterator[Word]:
    """Yield the runs in scripts without spaces, and the words between them."""
    done = 0
    for run in _UNSPACED.finditer(text):
        yield from _single_word(text[done : run.start()], offset + done)
        yield _unspaced_word(run[0], offset + run.start())
        done = run.end()
    yield from _single_word(text[done:], offset + done)


def _single_word(text: str, start: int) -> Iterator[Word]:
    if part := fold(text):
        yield Word(start, start + len(text), (part,), (), (part,))


def _unspaced_word(text: str, start: int) -> Word:
    characters = tuple(unicodedata.normalize("NFKC", text))
    bigrams = tuple(a + b for a, b in pairwise(characters))
    return Word(start, start + len(text), characters, bigrams, bigrams or characters)


# Common forms

_FIGURE = re.compile(_NUMBER)
_NOT_ALNUM = re.compile(r"[\W_]+")
_POWERS = {
    "thousand": 3,
    "mil": 3,
    "k": 3,
    "million": 6,
    "millon": 6,
    "millones": 6,
    "m": 6,
    "mil millones": 9,
    "billion": 9,
    "b": 9,
    "bn": 9,
    "trillion": 12,
}


def normalize_amount(text: str) -> str:
    """Return the number in digits, without trailing zeros: 2.8 million -> 2800000."""
    figure = _FIGURE.search(text)
    assert figure  # `text` matched a pattern that requires one
    after = text[figure.end() :].strip(" \u00a0\n-\u2010\u2011\u2013")
    magnitude = " ".join(map(fold, after.split()))
    power = next(
        (_POWERS[name] for name in _LONGEST_FIRST if _begins_with_word(magnitude, name)), 0
    )
    value = format(Decimal(figure[0].replace(",", "")[:MAX_TERM_LENGTH]).scaleb(power), "f")
    return value.rstrip("0").rstrip(".") if "." in value else value


_LONGEST_FIRST = sorted(_POWERS, key=len, reverse=True)


def _begins_with_word(text: str, word: str) -> bool:
    return text == word or text.startswith(word + " ")


def _money(match: re.Match[str]) -> tuple[str, ...]:
    value = normalize_amount(match[0])
    return (match[0][0] + value, value)


def _amount(match: re.Match[str]) -> tuple[str, ...]:
    value = normalize_amount(match[0])
    if re.search(r"d[oó]l|doll", match[0], re.IGNORECASE):
        return (f"${value}", value)
    return (value,)


def _phone(match: re.Match[str]) -> tuple[str, ...]:
    return (_NOT_ALNUM.sub("", match[0])[-10:],)


def _bill(match: re.Match[str]) -> tuple[str, ...]:
    spelled = [word for word in match["measure"].split() if len(word) > 3 and word.isalpha()]
    if len(spelled) > 1:
        code = "".join(word[0] for word in spelled)
    else:
        code = _NOT_ALNUM.sub("", match["measure"]).lower().removesuffix("osition")
    return (f"{code}{int(match['serial'])}".lower(),)


def _case(match: re.Match[str]) -> tuple[str, ...]:
    if docket := _DOCKET.fullmatch(match[0]):
        year, kind, serial = docket["year"], docket["kind"].lower(), int(docket["serial"])
        full = _NOT_ALNUM.sub("", match[0]).lower()
        return (f"{year}{kind}{serial}", f"{year}-{serial}", full[:MAX_TERM_LENGTH])
    if pair := _PAIR.fullmatch(match[0]):
        return (f"{pair[1]}-{int(pair[2])}"[:MAX_TERM_LENGTH],)
    # Figures alone keep their separator: a vote of 5-4 is not 54.
    separator = "" if any(map(str.isalpha, match[0])) else "-"
    return (_NOT_ALNUM.sub(separator, match[0]).lower()[:MAX_TERM_LENGTH],)


# Courts number cases by office, year, kind and serial number: 3:18-cv-04417.
_DOCKET = re.compile(
    rf"(?:\d{{1,2}}:)?(?P<year>\d{{2}}|\d{{4}})[{_DASH}](?P<kind>[A-Za-z]{{2,3}})[{_DASH}]"
    r"(?P<serial>\d{1,9})"
)
_PAIR = re.compile(rf"(?<!\d)(\d++)[{_DASH}](\d{{1,9}})")


def _sign(match: re.Match[str]) -> tuple[str, ...]:
    return (match[0].lower(),)


def _elision(match: re.Match[str]) -> tuple[str, ...]:
    """Return the word alone, or the whole name: l’œuvre, but D’Angelo."""
    elided, whole = fold(match["elided"]), fold(match[0])
    return (whole, elided) if match["elided"][0].isupper() else (elided, whole)


def _no_common_form(match: re.Match[str]) -> tuple[str, ...]:
    return ()


_COMMON_FORMS: dict[str, Callable[[re.Match[str]], tuple[str, ...]]] = {
    "money": _money,
    "phone": _phone,
    "amount": _amount,
    "bill": _bill,
    "number": _no_common_form,
    "case": _case,
    "sign": _sign,
    "elision": _elision,
}
