"""Sample releases with odd layouts, ends and sections."""

from tests.parsing.samples import BODY, DAY, LEAD, LETTER, SECOND, THIRD, TITLE, WRAPPED, Quirk

LAYOUTS = [
    Quirk("one paragraph a line", f"{TITLE}\n{LEAD}\n{SECOND}\n{THIRD}", {"body": BODY}),
    Quirk("blank lines between", f"{TITLE}\n\n\n{LEAD}\n\n \n{SECOND}\n\n{THIRD}", {"body": BODY}),
    Quirk("Windows line ends", f"{TITLE}\n\n{BODY}".replace("\n", "\r\n"), {"body": BODY}),
    Quirk("old Macintosh line ends", f"{TITLE}\n\n{BODY}".replace("\n", "\r"), {"body": BODY}),
    Quirk(
        "all on one line",
        " ".join([LEAD, SECOND, THIRD]),
        {"title": "", "body": " ".join([LEAD, SECOND, THIRD]), "dateline": "SACRAMENTO"},
    ),
    Quirk(
        "hard-wrapped",
        f"""{TITLE} That Have Lost
Their Fleet

September 21, 2012

SACRAMENTO – The Attorney General today announced a program that helps
harbor towns. It begins in spring, and it will reach every town on the
coast within two years, the office said to all.

"Our harbors deserve better than this," said the Attorney General, who
grew up in one of them.
""",
        {
            "title": f"{TITLE} That Have Lost Their Fleet",
            "date": DAY,
            "body": WRAPPED,
        },
    ),
    Quirk(
        "hard-wrapped, paragraphs shown by their indent",
        f"""{TITLE}

   SACRAMENTO – The Attorney General today announced a program that helps
harbor towns. It begins in spring, and it will reach every town on the
coast within two years, the office said to all.
   "Our harbors deserve better than this," said the Attorney General, who
grew up in one of them.
""",
        {"body": WRAPPED},
    ),
    Quirk(
        "inline tags broken over lines",
        f"""Title: {TITLE}

Content:
SACRAMENTO
–
The Attorney General today announced a program that helps
harbor
towns.
“
Our harbors deserve better
,”
said the Attorney General.
“
They will get it
.”
Senior Deputy Attorney General
Jane Doe of the Harbor Unit is in charge of the program.
For the text, click
HERE
.
""",
        {
            "body": f"{LEAD}\n\n“Our harbors deserve better,” said the Attorney General. “They "
            "will get it.”\n\nSenior Deputy Attorney General Jane Doe of the Harbor Unit is in "
            "charge of the program.\n\nFor the text, click HERE."
        },
    ),
    Quirk(
        "bullets of any shape",
        f"{TITLE}\n\n{LEAD}\n\nIt will:\n\n• Repair piers;\n* Dredge harbors; and\n- Lend boats.",
        {"body": f"{LEAD}\n\nIt will:\n\n- Repair piers;\n- Dredge harbors; and\n- Lend boats."},
    ),
    Quirk(
        "items without bullets stay apart",
        f"{TITLE}\n\n{LEAD}\n\nIt will help with:\n\nPiers and quays\nHarbor lights\nBoats",
        {"body": f"{LEAD}\n\nIt will help with:\n\nPiers and quays\n\nHarbor lights\n\nBoats"},
    ),
    Quirk(
        "counted items",
        f"{TITLE}\n\n{LEAD}\n\n1. Repair piers\n2. Lend boats\n\n4. is not the next",
        {"body": f"{LEAD}\n\n1. Repair piers\n2. Lend boats\n\n4\\. is not the next"},
    ),
    Quirk(
        "characters that look like markup",
        f"{TITLE}\n\n{LEAD}\n\n*Note: see [the list](a) at office_hours_2012 & <b>more</b>.",
        {"body": f"{LEAD}\n\n\\*Note: see [the list\\](a) at office_hours_2012 & <b>more</b>."},
    ),
]

ENDS = [
    Quirk(f"end mark {mark}", f"{TITLE}\n\n{BODY}\n\n{mark}", {"end_mark": mark, "body": BODY})
    for mark in ["###", "# # #", "##", "-30-", "– 30 –", "--30--", "-END-", "(END)", "* * *", "***"]
] + [
    Quirk("no end mark", f"{TITLE}\n\n{BODY}", {"end_mark": "", "body": BODY}),
    Quirk("hashes glued to the text", f"{TITLE}\n\n{BODY}###", {"end_mark": "###", "body": BODY}),
    Quirk(
        "thirty glued to the text", f"{TITLE}\n\n{LEAD} -30-", {"end_mark": "-30-", "body": LEAD}
    ),
    Quirk(
        "text glued to the end mark",
        f"{TITLE}\n\n{LEAD} ### The Harbor Unit was founded in 1999 and serves all towns.",
        {"end_mark": "###", "body": LEAD, "after": ["about"]},
    ),
    Quirk(
        "boilerplate after the end mark",
        f"{TITLE}\n\n{BODY}\n\n###\n\nThe Attorney General is the state's top lawyer since 1999.",
        {"end_mark": "###", "after": ["about"], "paragraphs": 3},
    ),
    Quirk(
        "tags and links to share after the end mark",
        f"{TITLE}\n\n{BODY}\n\n###\nTagged with:\nHarbors\nShare\nLatest Posts\nA Boat Is Found",
        {"end_mark": "###", "sections": ()},
    ),
    Quirk(
        "tags without an end mark",
        f"{TITLE}\n{LEAD}\n{SECOND}\nTagged with:\nHarbors\nboats",
        {"body": f"{LEAD}\n\n{SECOND}", "paragraphs": 2},
    ),
    Quirk(
        "a cut link at the end",
        f"{TITLE}\n\n{LEAD}\n\nThe letter is available here:\n[Letter of the AttoLetter]...",
        {"body": f"{LEAD}\n\nThe letter is available here:"},
    ),
    Quirk(
        "second copy without an end mark",
        f"FOR IMMEDIATE RELEASE\n{TITLE}\n\n{BODY}\n\nPARA PUBLICACIÓN INMEDIATA\n\n{LETTER}\n###",
        {"title": TITLE, "body": BODY, "language": "en", "end_mark": "", "after": ["notes"]},
    ),
    Quirk(
        "bars at the end",
        f"{TITLE}\n\n{LEAD}\n\n==",
        {"body": LEAD, "end_mark": ""},
    ),
    Quirk(
        "second copy in Spanish",
        f"{TITLE}\n\n{BODY}\n\n###\n\nPARA PUBLICACIÓN INMEDIATA\n\nNuevo Programa\n\n{LETTER}",
        {"title": TITLE, "body": BODY, "language": "en", "after": ["notes"], "paragraphs": 3},
    ),
]

SECTIONS = [
    Quirk(
        "background",
        f"{TITLE}\n\n{BODY}\n\nBackground:\n\nIn 1938, the towns had fleets.\n\n###",
        {"body": BODY, "headings": [("background", "Background")], "paragraphs": 5},
    ),
    Quirk(
        "about the office",
        f"{TITLE}\n\n{BODY}\n\nAbout the Harbor Unit\n\nThe unit serves all towns.\n\n###",
        {"body": BODY, "headings": [("about", "About the Harbor Unit")]},
    ),
    Quirk(
        "a closing that stops before its link",
        f"{TITLE}\n\n{BODY}\n\nFor more information on harbors, visit\n\n###",
        {"body": BODY, "headings": [("resources", "")], "paragraphs": 4},
    ),
    Quirk(
        "a closing with its link below",
        f"{TITLE}\n\n{BODY}\n\nTo learn more, visit:\nhttps://example.org/harbors\n\n###",
        {"body": BODY, "headings": [("resources", "")]},
    ),
    Quirk(
        "a closing in the middle is part of the text",
        f"{TITLE}\n\n{LEAD}\n\nFor more information, towns wrote letters.\n\n{SECOND}",
        {"headings": []},
    ),
    Quirk(
        "editor's note",
        f"{TITLE}\n\n{BODY}\n\nEditor's note: The map of the towns is new.\n\n###",
        {"body": BODY, "headings": [("notes", "")]},
    ),
    Quirk(
        "known heading in Spanish",
        f"Nuevo Programa\n\n{LETTER}\n\nAntecedentes\n\nEn 1938 los pueblos tenían flotas.",
        {"headings": [("background", "Antecedentes")], "language": "es"},
    ),
    Quirk(
        "other headings are not invented",
        f"{TITLE}\n\n{LEAD}\n\nCircumstances of the Case\n\n{SECOND}",
        {"body": f"{LEAD}\n\nCircumstances of the Case\n\n{SECOND}", "headings": []},
    ),
    Quirk(
        "underlined headings are headings",
        f"{TITLE}\n\n{LEAD}\n\nWhat comes next\n---------------\n\n{SECOND}",
        {"body": LEAD, "headings": [("body", "What comes next")]},
    ),
]

TEXT_QUIRKS = [*LAYOUTS, *ENDS, *SECTIONS]
