"""Sample releases with each of the labels, marks and lines that offices and their pages print."""

from tests.parsing.samples import BODY, DAY, LEAD, NEWS, SECOND, TITLE, Quirk

DATED = f"{TITLE}\n\nSeptember 21, 2012\n\n{BODY}"
WHOLE = {"title": TITLE, "subtitle": "", "date": DAY, "body": BODY, "contact": "", "sections": ()}
NUMBER = "Pat Doe, (555) 010-0190"
ITEMS = ("A hall for sixty people", "A ramp for the old", "A shop with a roof")
LISTED = f"{LEAD}\n\nThe harbor has:\n\n" + "\n".join(f"- {each}" for each in ITEMS)
ABOUT = "About the Office\n\nThe office serves forty towns."

LABELS = (
    *("新聞發佈", "PERSBERICHT", "Tin báo chí", "PARA SA AGARANG PAGLALABAS", "Release #: 24-17"),
    *("PR 24-051", "TO ALL NEWS MEDIA", "PHOTOS AVAILABLE", "OP-ED", "READOUT", "REMINDER"),
    *("FOR PLANNING PURPOSES ONLY", "SENT VIA EMAIL", "UNOFFICIAL TRANSLATION"),
)
ABOVE = (
    *("You are here: Home » News", "[Image: Seal]", "An official website of the State", "← Back"),
    *("Select Language", "Toggle navigation", "Published by the Press Office", "Archive"),
    *("Sign up for updates", "Cookies help us deliver our services."),
    *("Official website of the United States Government", "Written by Pat Doe"),
)
BELOW = (
    *("← Previous Next →", "Copyright © 2024 An Office. All rights reserved.", "Leave a comment"),
    *("Comments are closed.", "Contact Us | Privacy | Sitemap", "Powered by GovDelivery"),
    *("Page last modified 05/20/2024", "Was this page helpful? Yes No", "STAY CONNECTED:"),
    "If you no longer wish to receive these emails, click unsubscribe.",
    *("Previous Article | Next Article", "This site uses cookies.", "Manage your preferences"),
    *("Last updated: Monday, May 20, 2024", "Copyright 2024 Alder County", "Powered by Granicus"),
)
TITLES = (
    *("Posted by the Sheriff, Warnings Save Lives", "Official Site of Battle Named"),
    *("Photos Available", "Remarks as Prepared for Delivery", "Reminder"),
)
MARKS = ("-###-", "[###]", "– # # # –", "\\###", "XXX", "…END…", "KONIEC", "\u201030\u2010", "◆◆◆")
DATES = (
    *("a 21 de septiembre de 2012", "21.º de septiembre de 2012", "21 tháng 9, 2012"),
    *("ngày 21/9/2012", "This 21st day of September, 2012", "Datum: 21.09.2012"),
    *("Data: 21 settembre 2012", "日期：2012年9月21日"),
)
CONTACTS = ("Kontakt:", "Contact presse :", "Contato:", "Liên hệ:", "聯絡人：", "문의:", "للتواصل:")

PRINT_QUIRKS = [
    *(Quirk(f"label {each!r}", f"{each}\n\n{DATED}", WHOLE) for each in LABELS),
    *(Quirk(f"above: {each}", f"{each}\n\n{DATED}", WHOLE) for each in ABOVE),
    *(Quirk(f"title: {each}", f"{each}\n\n{BODY}", {"title": each}) for each in TITLES),
    *(Quirk(f"below: {each}", f"{DATED}\n\n{each}", WHOLE) for each in BELOW),
    *(Quirk(f"far below: {each}", f"{DATED}\n\n###\n\n{each}", WHOLE) for each in BELOW),
    *(
        Quirk(f"end mark {each}", f"{DATED}\n\n{each}\n\n{ABOUT}", {"body": BODY, "end_mark": each})
        for each in (*MARKS, "* * *")
    ),
    *(
        Quirk(f"date {each!r}", f"{TITLE}\n\n{each}\n\n{BODY}", {"date": DAY, "subtitle": ""})
        for each in DATES
    ),
    Quirk(
        "date without century", f"{TITLE}\n\n21-Sep-12\n\n{BODY}", {"date": None, "subtitle": ""}
    ),
    *(
        Quirk(f"contact {each!r}", f"{each} {NUMBER}\n\n{DATED}", {"contact": NUMBER, "date": DAY})
        for each in CONTACTS
    ),
    Quirk(
        "contact glued to the label",
        f"FOR IMMEDIATE RELEASEContact: {NUMBER}\n\n{DATED}",
        {"contact": NUMBER, "title": TITLE},
    ),
    *(
        Quirk(
            f"items behind {each!r}",
            f"{TITLE}\n\n{LEAD}\n\nThe harbor has:\n\n" + "\n".join(each + item for item in ITEMS),
            {"body": LISTED},
        )
        for each in ("•\t", "-\t", "*\t", "o\t", "-", "*", "+ ", "Ø ", "v ", "n\t", "☑ ", "\uf0a8 ")
    ),
    *(
        Quirk(
            f"table {rule!r}",
            f"{TITLE}\n\n{LEAD}\n\n{rule}\n| Year | Towns |\n{rule}\n| 2011 | 9 |\n"
            f"| 2012 | 12 |\n{rule}",
            {"body": f"{LEAD}\n\n| Year | Towns |\n| --- | --- |\n| 2011 | 9 |\n| 2012 | 12 |"},
        )
        for rule in ("+------+-------+", "|------|-------|")
    ),
    *(
        Quirk(
            f"place before {each!r}", f"{TITLE}\n\nLAKEPORT{each}{NEWS}", {"dateline": "LAKEPORT"}
        )
        for each in (" Ð ", " _ ", " ... ", ", Sept. 21 /PRNewswire/ -- ")
    ),
    Quirk(
        "a person before a dash is no place",
        f"{TITLE}\n\nThe Mayor – who lives by the harbor – has announced a program for the towns.",
        {"dateline": ""},
    ),
    *(
        Quirk(
            f"page that ends with {mark!r}",
            f"{TITLE}\n\n{LEAD}\n\nThe program begins in spring and\n\n{mark}\n\n{head}\n\nwill "
            "reach every town on the coast within two years.",
            {"body": f"{LEAD}\n\n{SECOND}"},
        )
        for mark, head in (
            ("-over-", "- 2 -"),
            ("[MORE]", "2."),
            ("-m-o-r-e-", "2/2"),
            ("continued on next page", "Continued from page 1"),
        )
    ),
    Quirk(
        "advisory with dashes",
        f"{TITLE}\n\n{SECOND}\n\nWHO – The Attorney General\nWHEN – Friday, 9 a.m.\nWHERE – Pier 3",
        {"headings": [("body", "WHO:"), ("body", "WHEN:"), ("body", "WHERE:")], "body": SECOND},
    ),
    Quirk(
        "advisory with tabs",
        f"{TITLE}\n\n{SECOND}\n\nWHO\tThe Attorney General\nWHEN\tFriday, 9 a.m.\nWHERE\tPier 3",
        {"headings": [("body", "WHO:"), ("body", "WHEN:"), ("body", "WHERE:")], "body": SECOND},
    ),
]
