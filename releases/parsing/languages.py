"""Language detection by script or by common short words."""

import re
from collections import Counter
from itertools import chain

from releases.parsing.alternatives import split_words

# Words common in one language and rare in the others of this table.
_SMALL_WORDS = {
    "en": split_words("the and of to that is was with has by at this have from an be"),
    "es": split_words("el los las del y que una con por su para fue esta ha al como sus más"),
    "fr": split_words("le les des et une dans du est qui pour sur au avec aux ont cette sont"),
    "pt": split_words("os da do dos das um uma não com em foi ao na pelo ou são mais"),
    "tl": split_words("ang ng mga sa na ay at ni nang kung para ito siya hindi kay"),
    "de": split_words("der die und ist nicht mit von auf für dem ein eine wurde hat sich im am zu"),
    "it": split_words("il di che della nel sono è dal alla gli è dei ha un per"),
    "ht": split_words("nan yo ak pou ki se te li yon ap gen sou pral moun"),
    "vi": split_words("của và các là cho có được trong đã với này không người những một tại"),
}
_LANGUAGES = {
    word: [tag for tag, words in _SMALL_WORDS.items() if word in words]
    for word in chain.from_iterable(_SMALL_WORDS.values())
}
_SCRIPTS = {
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "hy": re.compile(r"[\u0530-\u058f]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
}
_ANY_SCRIPT = re.compile("|".join(script.pattern for script in _SCRIPTS.values()))
_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = "“”‘’–—"  # what is not ASCII in most English texts
# For str.translate, which is faster than the pattern: ASCII letters, and blanks for the rest.
_ASCII_LETTERS = "".join(sign if sign.isalpha() else " " for sign in map(chr, range(128)))
_SAMPLE_LENGTH = 20_000  # characters; a longer sample gives the same result


def detect(text: str) -> str:
    """Return the BCP 47 tag of the language, or "" if it is unclear."""
    sample = text[:_SAMPLE_LENGTH]
    if not sample.isascii() and _ANY_SCRIPT.search(sample):
        for tag, script in _SCRIPTS.items():
            if len(script.findall(sample)) * 4 > len(sample):
                return tag
    scores = dict.fromkeys(_SMALL_WORDS, 0)
    small = filter(_LANGUAGES.__contains__, _words(sample.lower()))
    for word, count in Counter(small).items():
        for tag in _LANGUAGES[word]:
            scores[tag] += count
    best, second = sorted(scores, key=scores.__getitem__, reverse=True)[:2]
    return best if scores[best] > scores[second] else ""


def _words(text: str) -> list[str]:
    for sign in _PUNCTUATION:
        text = text.replace(sign, " ")
    return text.translate(_ASCII_LETTERS).split() if text.isascii() else _WORD.findall(text)
