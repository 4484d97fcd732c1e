"""Layout of a printed page undone: page breaks, double spacing, hyphenation, bullets."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from releases.parsing import datelines, phrases
from releases.parsing.alternatives import phrase_pattern, split_words
from releases.parsing.lines import ENDS_SENTENCE, Line

_NUMBERS = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)"
_MORE_WORDS = phrase_pattern(
    "more, m-o-r-e, over, more on next page, more to come, continued, cont, cont'd,"
    "continued on next page, continued on the next page, continued from previous page,"
    "continúa, continua, sigue, más, suite, à suivre, mais, continua"
)
_PAGE_MARK = re.compile(
    rf"(?<!.)(?i:(?=\W{{0,9}}[-–—(\[*.…<>/=~_])[\W_]{{1,9}}(?:{_MORE_WORDS})[\W_]{{0,9}}"
    rf"|(?:{_MORE_WORDS})[ \t]?[-–—)\]*…>/=~_][\W_]{{0,8}})"
    r"|M ?O ?R ?E"
    rf"|(?i:[\W_]{{0,5}}(?:page|pg|página|pág)\b\.?\s?{_NUMBERS}"
    rf"(?:\s(?:of|de)\s{_NUMBERS}|/\d{{1,3}})?[\W_]{{0,5}})"
    r"|[-–—]{1,2}\s?(?!30|0)\d{1,3}\s?[-–—]{1,2}"
    r"|(?i:continued\s(?:on|from)\s(?:(?:the\s)?(?:next|previous)\spage|page\s\d{1,3}))"
    r"|(?P<add>[2-9])(?:-(?P=add)){2,3}"
    rf"|(?i:(?:(?:first|second|third|1st|2nd|3rd)\sadd|add\s{_NUMBERS}))"
)
_RUNNING_HEAD = re.compile(
    rf"\d{{1,3}}\.?|\d{{1,3}}/\d{{1,3}}|(?<!.).{{1,80}}?[\s,/|–—-]\s?(?i:page\s?{_NUMBERS}(?:\sof\s{_NUMBERS})?|{_NUMBERS})"
)
_MAX_MARK = 50  # characters of a page mark
_MAX_HEAD = 90  # characters of a running head
_MAX_HEADS = 4  # lines of a running head
_HEADER = 15  # lines that a running head may repeat

# Word's own fonts have theirs where no other font has a character.
_BULLETS = frozenset("•●▪◦‣➢▶►■□○◾◼◆◇∙⁃⦁❖➤➔❑☐☑") | frozenset(map(chr, range(0xF020, 0xF100)))
# Only next to another. The letters are what is left of a font of bullets.
_BULLETS_IN_LISTS = frozenset("→»›✓✔§–—>+~¨¤onvüØ")
_GLUED_MARKS = frozenset("*-")
_GLUED = re.compile(r"[*-](?=[^\W\d_a-z]\w*\s)")  # without a blank
_ALL_BULLETS = _BULLETS | _BULLETS_IN_LISTS
_TABBED_O = re.compile(r"(?<!\s)\s*+o(?:\t|\s{2})")
_ITEM = re.compile(r"(?:[•*·-]|\d{1,3}[.)]|\(\d{1,3}\))\s")
_ENDS_IN_NAME = re.compile(r"(?:^|\s)[^\W\d_a-z][\w.’'-]*$")

_HYPHEN = re.compile(r"(?<![\w-])(?P<word>[^\W\d_]{2,20})-$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_COMPOUND_HEADS = frozenset(
    split_words("well self half twenty thirty forty fifty sixty seventy eighty ninety multi so ill")
)
_COMPOUND_TAILS = frozenset(
    split_words(
        """
        term known based old related led income quality scale profile ranking risk sponsored funded
        owned run made free friendly being defense employed sufficient third thirds fourths year
        years law elect up down called round efficient driven born grown hour
        mile foot member page point speed time paid priced style type value volume class grade
        """
    )
)
_MIN_WIDTH, _MAX_WIDTH = 40, 120  # characters a line


def undo(source: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines as if on one long page, and the page marks that are left out."""
    kept, removed = _without_page_marks(source)
    return undo_lines(kept), removed


def undo_lines(source: Iterable[Line]) -> list[Line]:
    """Return the lines without double spacing and hyphenation, and with one kind of bullet."""
    return _join_words(_close_up(_unify_bullets(list(source))))


def _without_page_marks(source: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Drop page marks with their running heads; a sentence that they break goes on."""
    marks = {index for index, line in enumerate(source) if index and _is_page_mark(line.text)}
    if not marks:
        return list(source), []
    head = {line.text.casefold() for line in source[: min(_HEADER, *marks)]}
    dropped = set(marks)
    for mark in sorted(marks):
        dropped |= _running_heads(source, mark, head)
    kept: list[Line] = []
    for index, line in enumerate(source):
        if index in dropped:
            continue
        if index - 1 in dropped and kept and _goes_on(kept[-1], line):
            above = kept.pop()
            text = f"{above.text} {line.text}"
            line = line._replace(
                text=text, raw=text, first=above.first, after_blank=above.after_blank
            )
        kept.append(line)
    return kept, [source[index] for index in sorted(dropped)]


def _is_page_mark(text: str) -> bool:
    return len(text) <= _MAX_MARK and bool(_PAGE_MARK.fullmatch(text))


def _running_heads(source: Sequence[Line], mark: int, head: set[str]) -> set[int]:
    """Return the lines below a page mark that repeat the header or count the page."""
    found = set()
    for index in range(mark + 1, min(mark + 1 + _MAX_HEADS, len(source))):
        text = source[index].text
        is_head = text.casefold() in head or _RUNNING_HEAD.fullmatch(text[:_MAX_HEAD])
        if not is_head and not _is_page_mark(text):
            break
        found.add(index)
    return found


def _goes_on(above: Line, line: Line) -> bool:
    """Return whether a page ends within a sentence."""
    is_open = not ENDS_SENTENCE.search(above.text[-8:]) and not above.text.endswith("-")
    is_item = _ITEM.match(line.text) or phrases.END_LINE.fullmatch(line.text)
    return is_open and not is_item and len(above.text) > 20 and datelines.reads_as_prose(above.text)


def _unify_bullets(source: list[Line]) -> list[Line]:
    """Replace the bullets of word processors and typewriters by one kind."""
    marks = [_mark(line.text) for line in source]
    if not any(marks):
        return source
    found = list(source)
    for index, (line, mark) in enumerate(zip(source, marks, strict=True)):
        if mark and mark != "•" and _is_bullet(source, index, mark, marks):
            words = line.text[1:].lstrip()
            raw = line.raw.replace(mark, "•", 1)
            found[index] = line._replace(text=f"• {words}", raw=raw)
    return found


def _mark(text: str) -> str:
    is_mark = text[0] in _ALL_BULLETS or _GLUED.match(text)
    return text[0] if is_mark and not phrases.ORNAMENT.fullmatch(text) else ""


def _is_bullet(source: Sequence[Line], index: int, mark: str, marks: Sequence[str]) -> bool:
    line = source[index]
    if mark in _BULLETS:
        return len(line.text) > 1
    near = [at for at in (index - 1, index + 1) if 0 <= at < len(source)]
    if mark in _GLUED_MARKS:
        return any(marks[at] == mark for at in near)
    if not line.text[1:2].isspace():
        return False
    if mark == "o" and _TABBED_O.match(line.raw):
        return True
    is_listed = any(marks[at] == mark and source[at].text[1:2].isspace() for at in near)
    return is_listed or (mark == "o" and any(marks[at] in _BULLETS for at in near if marks[at]))


def _close_up(source: list[Line]) -> list[Line]:
    """Remove the blank lines of double spacing, and those within a sentence."""
    loose = [(above, line) for above, line in pairwise(source) if line.first - above.last == 2]
    broken = [(above, line) for above, line in loose if _is_broken(above, line)]
    if not broken:
        return source
    width = _double_spaced_width(source, loose, broken)
    below = {id(line) for above, line in _below_header(loose, broken, width)}
    below |= {id(line) for above, line in broken if width or _breaks_after_name(above, line)}
    return [line._replace(after_blank=False) if id(line) in below else line for line in source]


def _below_header(
    loose: Sequence[tuple[Line, Line]], broken: Sequence[tuple[Line, Line]], width: int
) -> list[tuple[Line, Line]]:
    """Return the pairs of full lines from the paragraph of the first broken one on."""
    start = loose.index(broken[0])
    while start and loose[start - 1][1] is loose[start][0] and _is_full(*loose[start - 1], width):
        if not datelines.reads_as_prose(loose[start - 1][0].text):
            break
        start -= 1
    return [pair for pair in loose[start:] if _is_full(*pair, width)]


def _is_broken(above: Line, line: Line) -> bool:
    """Return whether the lower line goes on in mid-sentence."""
    return line.text[0].islower() and not ENDS_SENTENCE.search(above.text[-8:])


def _double_spaced_width(
    source: Sequence[Line],
    loose: Sequence[tuple[Line, Line]],
    broken: Sequence[tuple[Line, Line]],
) -> int:
    """Return the width of a double-spaced text's lines; 0 for another text."""
    widths = [above.width for above, _ in broken if _MIN_WIDTH <= above.width <= _MAX_WIDTH]
    long = sum(line.width > _MAX_WIDTH for line in source)
    full = [above for above, _ in loose if above.width >= _MIN_WIDTH]
    is_dense = (len(source) - 1 - len(loose)) * 3 > len(source)
    is_double = len(widths) >= 2 and len(widths) * 5 >= len(full) and long * 10 <= len(source)
    return max(widths) if is_double and not is_dense else 0


def _is_full(above: Line, line: Line, width: int) -> bool:
    room = above.width + 1 + len(line.text.split(" ", 1)[0])
    return bool(width) and room > width * 0.85 and not _ITEM.match(line.text)


def _breaks_after_name(above: Line, line: Line) -> bool:
    """Return whether a sentence surely breaks after a comma or a name, as around a link."""
    is_after = above.text.endswith(",") or _ENDS_IN_NAME.search(above.text[-40:])
    is_ended = ENDS_SENTENCE.search(line.text[-8:])
    return bool(
        is_after
        and is_ended
        and above.text[0].isupper()
        and not _ITEM.match(above.text)
        and any(word.islower() and len(word) > 3 for word in above.text.split())
        and datelines.reads_as_prose(line.text)
    )


def _join_words(source: list[Line]) -> list[Line]:
    """Join the words that a hyphen breaks at a line's end, unless the hyphen is their own."""
    broken = [index for index, line in enumerate(source[:-1]) if line.text.endswith("-")]
    if not broken:
        return source
    known = {word.lower() for line in source for word in _WORD.findall(line.text)}
    found: list[Line | None] = list(source)
    for index in broken:
        above, below = found[index], found[index + 1]
        if above and below and not below.after_blank:
            found[index], found[index + 1] = _join_word(above, below, known)
    return [line for line in found if line]


def _join_word(above: Line, below: Line, known: set[str]) -> tuple[Line, Line | None]:
    hyphen = _HYPHEN.search(above.text[-30:])
    head, _, rest = below.text.partition(" ")
    letters = _WORD.match(head)
    is_word = hyphen and letters and head[0].islower() and "-" not in letters[0]
    if not is_word or not hyphen or not letters or _keeps_hyphen(hyphen["word"], letters[0], known):
        return above, below
    text = above.text[:-1] + head
    joined = above._replace(text=text, raw=above.raw.rstrip()[:-1] + head)
    return joined, below._replace(text=rest, raw=rest) if rest else None


def _keeps_hyphen(first: str, second: str, known: set[str]) -> bool:
    """Decide by the text's other words, else by the parts of common compounds."""
    first, second = first.lower(), second.lower()
    if f"{first}-{second}" in known or second in ("and", "or", "to"):
        return True
    if first + second in known:
        return False
    return first in _COMPOUND_HEADS or second in _COMPOUND_TAILS
