"""Sample releases that were laid out for paper."""

from tests.parsing.samples import LEAD, SECOND, THIRD, TITLE, Quirk

LONG = "SACRAMENTO – The Attorney General today opened a path along the harbor that was a railroad"
PAGES = f"{TITLE}\n\n{LONG} and which\n\n{{}}\n\nstood empty for sixty years.\n\n{SECOND}"
JOINED = f"{LONG} and which stood empty for sixty years.\n\n{SECOND}"


def pages(mark: str) -> Quirk:
    return Quirk(f"page break {mark!r}", PAGES.format(mark), {"body": JOINED})


def text(name: str, source: str, *body: str) -> Quirk:
    return Quirk(name, f"{TITLE}\n\n{source}", {"body": "\n\n".join(body)})


LAYOUT_QUIRKS = [
    *map(pages, ["-more-", "- MORE -", "(more)", "MORE", "--more--\n\nPage 2 of 2", "- 2 -"]),
    pages("-more-\n2-2-2"),
    pages(f"[continued]\n\n{TITLE}\nPage Two"),
    pages("– more –\n\nHarbor Towns/2"),
    text("a number in dashes that ends the text", f"{LEAD}\n\n- 30 -", LEAD),
    text(
        "double-spaced",
        "SACRAMENTO – The Attorney General today announced a program that helps all the\n\nharbor "
        "towns of the state. It begins in spring, and it will reach every town on\n\nthe coast "
        "within two years.\n\n\n“Our harbors deserve better than this,” said the Attorney General, "
        "who was\n\nborn in one of them.",
        "SACRAMENTO – The Attorney General today announced a program that helps all the harbor "
        "towns of the state. It begins in spring, and it will reach every town on the coast "
        "within two years.",
        "“Our harbors deserve better than this,” said the Attorney General, who was born in one of "
        "them.",
    ),
    text(
        "words broken by hyphens",
        "SACRAMENTO – The Attorney General announced a pro-\ngram for harbors, the pres-\nent "
        "owners of which are well-\nknown. It is a long-\nterm program for first-\nand second-"
        "rate piers.",
        "SACRAMENTO – The Attorney General announced a program for harbors, the present owners of "
        "which are well-known. It is a long-term program for first- and second-rate piers.",
    ),
    text(
        "a hyphen that the text has elsewhere",
        f"{LEAD}\nHarbor-masters spoke for the harbor-\nmasters.",
        f"{LEAD}\n\nHarbor-masters spoke for the harbor-masters.",
    ),
    text(
        "a sentence broken by a link on a line apart",
        f"{LEAD}\n\nThe bill by Senator Jane Doe,\n\nwho lives in a harbor town, would lend boats.",
        LEAD,
        "The bill by Senator Jane Doe, who lives in a harbor town, would lend boats.",
    ),
    text(
        "bullets of word processors",
        f"{LEAD}\n\n\uf0b7\tPiers, which\n\tGrow old\no\tLights\n▪ Boats\n\n✓ Towns\n✓ Quays",
        LEAD,
        "- Piers, which Grow old\n- Lights\n- Boats\n- Towns\n- Quays",
    ),
    text("an o that is a word", f"{LEAD}\n\no sea, said the poet.", LEAD, "o sea, said the poet."),
    text(
        "a table set with blanks",
        f"{LEAD}\n\nTown          2023    2024\n------------  ----    ----\n"
        f"Harbor Point  $1,200      $9\nQuay             $30    $8|7\n\n{SECOND}",
        LEAD,
        "| Town | 2023 | 2024 |\n| --- | --- | --- |\n| Harbor Point | $1,200 | $9 |"
        "\n| Quay | $30 | $8\\|7 |",
        SECOND,
    ),
    text(
        "a table set with tabs, its first cell empty",
        f"{LEAD}\n\n\tBoats\tPiers\nQuay\t1\t2\nHarbor\t3\t4",
        LEAD,
        "|  | Boats | Piers |\n| --- | --- | --- |\n| Quay | 1 | 2 |\n| Harbor | 3 | 4 |",
    ),
    text("two blanks after a period", f"{LEAD}  {SECOND}\n{THIRD}", f"{LEAD} {SECOND}", THIRD),
]
