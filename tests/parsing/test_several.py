"""Several releases in one text come apart; copies, notes and single releases stay whole."""

import sys

import pytest

from releases.parsing import several
from tests.parsing.samples import BODY, LEAD, LETTER, SECOND, TITLE

LABEL = "FOR IMMEDIATE RELEASE"
FIRST = f"{LABEL}\nMay 23, 2024\n\n{TITLE}\n\n{BODY}\n\n###\n\n"
OTHER = f"May 24, 2024\n\nCity Sells Its Old Buses\n\n{LEAD}\n\n###\n"
ABOUT = "About the Office\n\nThe office has served the state since 1850 and will serve it on.\n\n"
CONTACT = "Contact: Pat Doe, (555) 010-0100\n\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [FIRST, f"{LABEL}\n{OTHER}"],
        [FIRST, OTHER],
        [FIRST, f"{LABEL}\n{OTHER}\n", f"{LABEL}\n{OTHER.replace('Buses', 'Boats')}"],
        [f"{FIRST}{ABOUT}", f"{LABEL}\n{OTHER}"],
        [f"{FIRST}{CONTACT}", f"{LABEL}\n{CONTACT}{OTHER}"],
        [FIRST, f"{CONTACT}{LABEL}\n{OTHER}"],
        [f"{LABEL}\n{OTHER.replace('###', '')}", f"{LABEL}\n{OTHER.replace('Buses', 'Boats')}"],
        [FIRST.replace("###\n\n", "") + SECOND + "\n" * 9, f"{LABEL}\n{OTHER}"],
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_releases_come_apart(pieces, line_end):
    pieces = [piece.replace("\n", line_end) for piece in pieces]

    assert several.split("".join(pieces)) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "",
        FIRST,
        FIRST + ABOUT,
        f"{FIRST}{LABEL}\nMay 23, 2024\n\n{TITLE}\n\n{BODY}",
        f"{FIRST}PARA PUBLICACIÓN INMEDIATA\n24 de mayo de 2024\n\nNuevo Programa\n\n{LETTER}\n###",
        f"{FIRST}Calendar\n\nMay 24, 2024\n\nMay 25, 2024\n\n{'Roads and parks. ' * 9}\n###",
    ],
)
def test_one_release_stays_whole(text):
    assert several.split(text) == [text]


def test_work_is_linear_in_the_number_of_labels():
    steps = []
    for count in (300, 600):
        counted = [0]

        def trace(frame, event, argument, counted=counted):
            counted[0] += 1

        sys.setprofile(trace)
        try:
            several.split(FIRST.replace("###", "") + f"{LABEL}\n" * count)
        finally:
            sys.setprofile(None)
        steps.append(counted[0])

    assert steps[1] < 2.5 * steps[0]
