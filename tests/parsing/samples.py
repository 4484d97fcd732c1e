"""Sentences shared by the sample releases."""

import datetime
from typing import Any, NamedTuple


class Quirk(NamedTuple):
    """A source text and the fields expected of it; the other fields are not compared."""

    name: str
    source: str
    expected: dict[str, Any]


TITLE = "Attorney General Announces New Program for Harbor Towns"
NEWS = "The Attorney General today announced a program that helps harbor towns."
LEAD = f"SACRAMENTO – {NEWS}"
SECOND = "The program begins in spring and will reach every town on the coast within two years."
THIRD = "“Our harbors deserve better than this,” said the Attorney General."
BODY = f"{LEAD}\n\n{SECOND}\n\n{THIRD}"
WRAPPED = (
    f"{LEAD} It begins in spring, and it will reach every town on the coast within two years, the "
    'office said to all.\n\n"Our harbors deserve better than this," said the Attorney General, who '
    "grew up in one of them."
)
DAY = datetime.date(2012, 9, 21)
LETTER = "SACRAMENTO – La Procuradora anunció hoy un programa que ayuda a los pueblos del puerto."
