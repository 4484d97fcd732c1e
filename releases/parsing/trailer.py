"""The end of a release: its end mark, and what is printed around it that is not its text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from releases.parsing import contact_blocks, header_tokens, phrases
from releases.parsing.headers import is_sentence
from releases.parsing.lines import Line

_MOST_LAYERS = 20  # of furniture and contact blocks
_FARTHEST_CONTACT = 12  # lines from the end
_MOST_OF_A_COPY = 2  # times as long as the release above it


@dataclass(frozen=True)
class Ending:
    """A release cut at its end mark: `main` above it, `tail` below.

    `left_out` are the lines that no field holds: page furniture, a bare label, a second end mark.
    """

    main: tuple[Line, ...]
    end_mark: str
    tail: tuple[Line, ...]
    contact: tuple[str, ...]
    left_out: tuple[Line, ...]

    def moved(self, is_told: bool) -> int:
        """How many characters were read as no text of the release, on no more than a likeness: the
        tail too, unless a heading has told what it is and a sentence stands above the end mark."""
        pieces = [line.text for line in self.left_out] + list(self.contact)
        if not (is_told and _has_sentence(self.main)):
            pieces += [line.text for line in self.tail]
        return sum(map(len, pieces))

    @property
    def size(self) -> int:
        """Characters of all of it."""
        texts = (line.text for line in (*self.main, *self.tail, *self.left_out))
        return sum(map(len, texts)) + sum(map(len, self.contact))


def split_glued_marks(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, an end mark that is glued to the text made a line of its own."""
    for line in lines:
        rest = line
        while pieces := phrases.split_at_end_mark(rest.text):
            before, mark, after = pieces
            yield from (line.with_text(piece) for piece in (before, mark) if piece)
            rest = line.with_text(after)
        if rest.text:
            yield rest


def cut_at_end(lines: Sequence[Line]) -> Ending:
    """The lines below the header, cut where the release ends."""
    end, start_of_tail = _end(lines)
    marks = [line for line in lines[start_of_tail:] if _is_end_mark(line)]
    tail, furniture = _sift(line for line in lines[start_of_tail:] if not _is_end_mark(line))
    above, below = _peel(lines[:end], 1), _peel(tail, 0)
    main, mark = above.lines, "".join(line.text for line in lines[end:start_of_tail])
    if not mark and len(main) > 1 and phrases.STARS.fullmatch(main[-1].text):
        main, mark = main[:-1], main[-1].text
    in_contact = [*above.contact, *below.contact]
    return Ending(
        main=tuple(main),
        end_mark=mark,
        tail=tuple(below.lines),
        contact=tuple(_contact_lines(above.contact) + _contact_lines(below.contact)),
        left_out=(
            *above.furniture,
            *marks,
            *furniture,
            *below.furniture,
            *filter(_is_bare_label, in_contact),
        ),
    )


def _is_end_mark(line: Line) -> bool:
    return bool(phrases.END_LINE.fullmatch(line.text))


def _end(lines: Sequence[Line]) -> tuple[int, int]:
    """Where the body ends and where what follows it begins: an end mark, or nothing, between.

    A second release label begins a second copy, mostly in another language, where a whole release
    stands above it. Below a mere heading it is a part of that heading.
    """
    whole, above = sum(len(line.text) for line in lines), 0
    has_sentence, looked_at = False, 0
    for index, line in enumerate(lines):
        if index and _is_end_mark(line):
            return index, index + 1
        if index and phrases.FOR_RELEASE.fullmatch(line.text):
            has_sentence = has_sentence or _has_sentence(lines[looked_at:index])
            looked_at = index
            if has_sentence and above * _MOST_OF_A_COPY >= whole - above:
                return index, index
        above += len(line.text)
    return len(lines), len(lines)


def _has_sentence(lines: Iterable[Line]) -> bool:
    return any(is_sentence(line.text) for line in lines)


@dataclass(frozen=True)
class _Peeled:
    """Lines without the page furniture and the contact blocks that stood below them."""

    lines: Sequence[Line]
    contact: Sequence[Line]
    furniture: Sequence[Line]


def _peel(lines: Sequence[Line], least: int) -> _Peeled:
    """Peel while there is something to peel, down to the `least` number of lines."""
    contact: list[Line] = []
    furniture: list[Line] = []
    for _ in range(_MOST_LAYERS):
        size = len(lines)
        lines, removed = _split_at(lines, max(least, _rules(lines)))
        furniture = [*removed, *furniture]
        lines, removed = _split_at(lines, max(least, _furniture(lines)))
        furniture = [*removed, *furniture]
        lines, removed = _split_at(lines, max(least, _contact(lines)))
        contact = [*removed, *contact]
        if len(lines) == size:
            break
    return _Peeled(lines, contact, furniture)


def _sift(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """The lines below the end mark, without and only with the furniture of a page.

    A label of furniture goes with all that is below it, as far as the next sentence.
    """
    kept: list[Line] = []
    furniture: list[Line] = []
    is_furniture = False
    for line in lines:
        is_label = phrases.BELOW_RELEASE.fullmatch(line.text)
        is_furniture = not is_sentence(line.text) and bool(is_label or is_furniture)
        (furniture if is_furniture else kept).append(line)
    return kept, furniture


def _split_at(lines: Sequence[Line], index: int) -> tuple[Sequence[Line], Sequence[Line]]:
    return lines[:index], lines[index:]


def _rules(lines: Sequence[Line]) -> int:
    """Where the dashes and bars begin that stand at the end."""
    end = len(lines)
    while end and phrases.RULE.fullmatch(lines[end - 1].text):
        end -= 1
    return end


def _furniture(lines: Sequence[Line]) -> int:
    """Where the foot of a page begins: one of its labels with no sentence below it."""
    start = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if is_sentence(lines[index].text):
            break
        if phrases.BELOW_RELEASE.fullmatch(lines[index].text):
            start = index
    return start


def _contact(lines: Sequence[Line]) -> int:
    """Where a contact block begins that stands at the end."""
    for index in range(max(0, len(lines) - _FARTHEST_CONTACT), len(lines)):
        if phrases.CONTACT.fullmatch(lines[index].text):
            pieces = _pieces(lines[index:])
            if len(contact_blocks.find(pieces)) == len(pieces):
                return index
    return len(lines)


def _pieces(lines: Sequence[Line]) -> list[header_tokens.Cell]:
    return [cell for line in lines for cell in header_tokens.cut(line.with_text(line.text))]


def _contact_lines(lines: Sequence[Line]) -> list[str]:
    pieces = _pieces(lines)
    return contact_blocks.lines(pieces, range(len(pieces)))


def _is_bare_label(line: Line) -> bool:
    match = phrases.CONTACT.fullmatch(line.text)
    return bool(match and not match["rest"])
