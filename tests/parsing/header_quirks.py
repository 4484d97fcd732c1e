"""Sample releases with odd titles, dates, contacts and datelines."""

from tests.parsing.samples import BODY, DAY, LEAD, LETTER, NEWS, SECOND, TITLE, Quirk

TITLES = [
    Quirk("title above the date", f"{TITLE}\n\nSeptember 21, 2012\n\n{BODY}", {"title": TITLE}),
    Quirk("title below the date", f"September 21, 2012\n\n{TITLE}\n\n{BODY}", {"title": TITLE}),
    Quirk("title absent", f"September 21, 2012\n\n{BODY}", {"title": "", "date": DAY}),
    Quirk(
        "title in capitals",
        f"{TITLE.upper()}\n{LEAD}\n{SECOND}",
        {"title": TITLE.upper(), "subtitle": "", "body": f"{LEAD}\n\n{SECOND}"},
    ),
    Quirk(
        "title on two lines in capitals",
        f"ATTORNEY GENERAL ANNOUNCES NEW PROGRAM\nFOR HARBOR TOWNS\n{LEAD}",
        {"title": TITLE.upper()},
    ),
    Quirk(
        "title on four lines in capitals",
        "For Immediate Release\nATTORNEY GENERAL\nANNOUNCES NEW\nPROGRAM FOR\nHARBOR TOWNS\n"
        f"{LEAD}",
        {"title": TITLE.upper()},
    ),
    Quirk(
        "title that breaks after a small word",
        f"Attorney General Announces New Program for\nHarbor Towns\n\n{BODY}",
        {"title": TITLE},
    ),
    Quirk(
        "title that breaks within a quotation",
        f"Attorney General on Harbor Towns: “They\nDeserve Better”\n\n{BODY}",
        {"title": "Attorney General on Harbor Towns: “They Deserve Better”"},
    ),
    Quirk(
        "subtitle below a blank line",
        f"{TITLE}\n\nSpring Start Is Planned\n\n{BODY}",
        {"title": TITLE, "subtitle": "Spring Start Is Planned"},
    ),
    Quirk(
        "subtitle right below the title",
        f"{TITLE}\nSpring Start Is Planned\n\n{BODY}",
        {"title": TITLE, "subtitle": "Spring Start Is Planned"},
    ),
    Quirk(
        "subtitle that is a sentence",
        f"{TITLE}\n\nThe program begins in spring and will reach every town.\n\n{BODY}",
        {"subtitle": "The program begins in spring and will reach every town.", "body": BODY},
    ),
    Quirk(
        "title below the release label and a letterhead",
        f"Office of the Attorney General\n\nFOR IMMEDIATE RELEASE\n\n{TITLE}\n\n{BODY}",
        {"title": TITLE, "subtitle": ""},
    ),
    Quirk(
        "title on the release line",
        f"FOR IMMEDIATE RELEASE: {TITLE}\n\n{BODY}",
        {"title": TITLE, "body": BODY},
    ),
    Quirk(
        "title below a letterhead without a label",
        f"Office of the Attorney General\n\n{TITLE}\n\n{BODY}",
        {"title": TITLE, "subtitle": ""},
    ),
    Quirk(
        "page furniture above the title",
        f"Skip to main content\nHome » News » Press Releases\n{TITLE}\n\n{BODY}",
        {"title": TITLE, "body": BODY},
    ),
    Quirk(
        "title printed twice by the page",
        f"{TITLE} | An Office\n4 min read\nAuthor\nJane Doe\n{TITLE}\nFOR IMMEDIATE RELEASE\n"
        f"September 21, 2012\n{TITLE}\n{LEAD}",
        {"title": TITLE, "subtitle": "", "date": DAY},
    ),
    Quirk(
        "media advisory above the title",
        f"MEDIA ADVISORY\n\n{TITLE}\n\nWHO: The Attorney General\nWHEN: Friday at 9:00 a.m.",
        {"title": TITLE, "body": "WHO: The Attorney General\n\nWHEN: Friday at 9:00 a.m."},
    ),
    Quirk(
        "labeled header",
        f"Title: NEWS: {TITLE}\nDate: September 21, 2012\nSubtitle: Spring Start\nTags: Harbors\n\n"
        f"Content:\n{BODY}",
        {"title": f"NEWS: {TITLE}", "subtitle": "Spring Start", "date": DAY, "body": BODY},
    ),
]

DATES = [
    Quirk("date in English", f"{TITLE}\nFriday, September 21, 2012\n{LEAD}", {"date": DAY}),
    Quirk("date abbreviated", f"{TITLE}\nSept. 21, 2012\n{LEAD}", {"date": DAY}),
    Quirk("date with an ordinal", f"{TITLE}\nSeptember 21st, 2012\n{LEAD}", {"date": DAY}),
    Quirk("date in Spanish", f"{TITLE}\n21 de septiembre de 2012\n{LETTER}", {"date": DAY}),
    Quirk("date in Spanish, bare", f"{TITLE}\n21 de septiembre 2012\n{LETTER}", {"date": DAY}),
    Quirk("date numeric", f"{TITLE}\n09/21/2012\n{LEAD}", {"date": DAY}),
    Quirk("date dotted", f"{TITLE}\n9.21.2012\n{LEAD}", {"date": DAY}),
    Quirk("date ISO", f"{TITLE}\n2012-09-21\n{LEAD}", {"date": DAY}),
    Quirk(
        "date after the label",
        f"FOR IMMEDIATE RELEASE: September 21, 2012\n\n{TITLE}\n\n{BODY}",
        {"date": DAY, "title": TITLE},
    ),
    Quirk(
        "date in the dateline",
        f"{TITLE}\n\nSACRAMENTO, Calif., Sept. 21, 2012 – The office today opened a new branch.",
        {"date": DAY, "dateline": "SACRAMENTO"},
    ),
    Quirk(
        "date in brackets in the dateline",
        f"{TITLE}\n\nSACRAMENTO, Ca. (Sept. 21, 2012): The office today opened a new branch.",
        {"date": DAY, "dateline": "SACRAMENTO"},
    ),
    Quirk(
        "date without a year in the dateline",
        f"{TITLE}\n\nSACRAMENTO, Sept. 21 – The office today opened a new branch for all.",
        {"date": None, "dateline": "SACRAMENTO"},
    ),
    Quirk(
        "date beside the place",
        f"Title: {TITLE}\nDate: Sacramento, September 21, 2012\n\nContent:\n{SECOND}",
        {"date": DAY, "dateline": "Sacramento"},
    ),
    Quirk(
        "date of the page and of the release",
        f"Published\nOctober 2, 2012\nFOR IMMEDIATE RELEASE\nSeptember 21, 2012\n{TITLE}\n{LEAD}",
        {"date": DAY},
    ),
    Quirk(
        "date with its day in brackets",
        f"{TITLE}\n\nSeptember 21, 2012 (Friday)\n\n{SECOND}",
        {"date": DAY, "dateline": ""},
    ),
    Quirk(
        "date of the last change of the page",
        f"{TITLE}\n\nLast updated October 2, 2012\n\n{BODY}",
        {"date": None, "title": TITLE, "subtitle": ""},
    ),
    Quirk("date only posted", f"{TITLE}\n\nPosted on September 21, 2012\n\n{BODY}", {"date": DAY}),
    Quirk(
        "date that runs into the text",
        f"FOR IMMEDIATE RELEASE September 21, 2012 {LEAD}",
        {"date": DAY, "body": LEAD, "dateline": "SACRAMENTO"},
    ),
    Quirk(
        "date with which the text begins",
        f"{TITLE}\n\nSeptember 11, 2001, is a day that nobody in these towns forgets.",
        {"date": None, "body": "September 11, 2001, is a day that nobody in these towns forgets."},
    ),
    Quirk("month misspelt", f"{TITLE}\n\nSetpember 21, 2012\n\n{BODY}", {"date": None}),
    Quirk("date that is two dates", f"{TITLE}\n\n03/04/2012\n\n{BODY}", {"date": None}),
    Quirk("year with two digits", f"{TITLE}\n\n9/21/12\n\n{BODY}", {"date": None}),
    Quirk("year alone", f"Title: {TITLE}\nDate: 2012\n\nContent:\n{BODY}", {"date": None}),
    Quirk("day that does not exist", f"{TITLE}\n\nSeptember 31, 2012\n\n{BODY}", {"date": None}),
    Quirk("absurd year", f"{TITLE}\n\nSeptember 21, 1012\n\n{BODY}", {"date": None}),
    Quirk(
        "two dates in the header",
        f"{TITLE}\n\nSeptember 21, 2012\nSeptember 22, 2012\n\n{BODY}",
        {"date": None},
    ),
    Quirk(
        "event date in an advisory",
        f"{TITLE}\n\nDate: Friday, September 28, 2012\nTime: 9:00 a.m.\nWhere: Pier 3",
        {"date": None, "title": TITLE},
    ),
    Quirk(
        "event date with its hour",
        f"{TITLE}\n\nFriday, September 28, 2012 at 9:00 a.m.\n\n{BODY}",
        {"date": None},
    ),
    Quirk(
        "event dates in the text",
        f"{LETTER}\n\nFecha: Viernes, 28 de septiembre, 2012\n\nHora: 2:00 PM",
        {"date": None, "language": "es"},
    ),
    Quirk(
        "date in the title",
        f"Statement on the Fire of September 2, 2012\n\n{BODY}",
        {"date": None, "title": "Statement on the Fire of September 2, 2012"},
    ),
    Quirk(
        "embargo",
        f"EMBARGOED UNTIL September 28, 2012, 9 a.m.\n\n{TITLE}\n\n{BODY}",
        {"date": None},
    ),
]

CONTACTS = [
    Quirk(
        "contact first",
        f"MEDIA CONTACT:\nJANE DOE (916) 555-0100\n\nFOR IMMEDIATE RELEASE\n\n{TITLE}\n\n{BODY}",
        {"contact": "JANE DOE (916) 555-0100", "title": TITLE},
    ),
    Quirk(
        "contact last",
        f"{TITLE.upper()}\n   {LEAD} \n   {SECOND} \n   Contact: Jane Doe, 916/555-0100.\n \n",
        {"contact": "Jane Doe, 916/555-0100.", "body": f"{LEAD}\n\n{SECOND}"},
    ),
    Quirk(
        "contact below the end mark",
        f"{TITLE}\n\n{BODY}\n\n###\n\nContact: Jane Doe, (916) 555-0100",
        {"contact": "Jane Doe, (916) 555-0100", "sections": ()},
    ),
    Quirk(
        "contact on eight lines, without a label",
        "For Immediate Release\nSeptember 21, 2012\nJane Doe\nChief of Staff\nOffice: 916-555-0100"
        "\nCell: 916-555-0101\nJohn Roe\nSpokesperson\nOffice: 916-555-0102\nCell: 916-555-0103\n"
        f"HARBOR OFFICE OPENS ITS\nSECOND BRANCH\n{LEAD}",
        {
            "contact": "Jane Doe\nChief of Staff\nOffice: 916-555-0100\nCell: 916-555-0101\n"
            "John Roe\nSpokesperson\nOffice: 916-555-0102\nCell: 916-555-0103",
            "title": "HARBOR OFFICE OPENS ITS SECOND BRANCH",
            "date": DAY,
        },
    ),
    Quirk(
        "contact with blank lines between",
        "September 21, 2012\n\nContact: Jane Doe\n\njane.doe@example.org\n\n(916)-555-0100\n\n"
        f"{BODY}",
        {"contact": "Jane Doe\njane.doe@example.org\n(916)-555-0100", "title": ""},
    ),
    Quirk(
        "columns flattened",
        "FOR IMMEDIATE RELEASE          CONTACT: Jane Doe\n"
        f"September 21, 2012             (916) 555-0100\n\n{TITLE}\n\n{BODY}",
        {"contact": "Jane Doe\n(916) 555-0100", "date": DAY, "title": TITLE},
    ),
    Quirk(
        "contact in Spanish",
        "PARA PUBLICACIÓN INMEDIATA\n21 de septiembre de 2012\nContacto:\nOficina:\nJuana Pérez\n"
        f"Portavoz\n916-555-0100\nNUEVO PROGRAMA\nPARA LOS PUERTOS\n{LETTER}",
        {
            "contact": "Juana Pérez\nPortavoz\n916-555-0100",
            "title": "NUEVO PROGRAMA PARA LOS PUERTOS",
            "date": DAY,
            "language": "es",
        },
    ),
    Quirk(
        "contact on the release line",
        f"FOR IMMEDIATE RELEASE Contact: Jane Doe, (916) 555-0100\n\n{TITLE}\n\n{BODY}",
        {"contact": "Jane Doe, (916) 555-0100", "title": TITLE},
    ),
    Quirk(
        "contact that is only a name",
        f"FOR IMMEDIATE RELEASE\nContact: Jane Doe\nSeptember 21, 2012\n\n{TITLE}\n\n{BODY}",
        {"contact": "Jane Doe", "title": TITLE, "date": DAY},
    ),
    Quirk(
        "a number in a closing sentence is no contact",
        f"{TITLE}\n\n{BODY}\n\nTo report a crime, applicants can contact Jane Doe at 916-555-0100.",
        {"contact": ""},
    ),
]

DATELINES = [
    Quirk(f"dateline before {dash!r}", f"{TITLE}\n\n{place}{dash}{NEWS}", {"dateline": city})
    for place, dash, city in [
        ("LOS ANGELES", " -- ", "LOS ANGELES"),
        ("LOS ANGELES", " - ", "LOS ANGELES"),
        ("LOS ANGELES", " – ", "LOS ANGELES"),
        ("LOS ANGELES", "—", "LOS ANGELES"),
        ("LOS ANGELES, Calif.", " ― ", "LOS ANGELES"),
        ("Washington, D.C.", "-", "Washington"),
        ("Washington, DC", "- ", "Washington"),
        ("WASHINGTON D.C.", " – ", "WASHINGTON"),
        ("(Fresno, CA)", " – ", "Fresno"),
        ("ST. LOUIS, MO", "  ", "ST. LOUIS"),
        ("MEXICO CITY, Mexico", " — ", "MEXICO CITY"),
        ("LOS ANGELES\n", "--\n", "LOS ANGELES"),
        ("LOS ANGELES, Calif.\n", "– ", "LOS ANGELES"),
    ]
] + [
    Quirk(
        "a heading before a dash is no dateline",
        f"{TITLE}\n\nBackground – the program helps towns that have no harbor of their own.",
        {"dateline": ""},
    ),
]
MEMOS = [
    Quirk(
        "a memorandum's labels",
        f"DATE: September 21, 2012\nFROM: Pat Doe, (555) 010-0100\nSUBJECT: {TITLE}\n\n{BODY}",
        {"title": TITLE, "contact": "Pat Doe, (555) 010-0100", "date": DAY},
    ),
    Quirk(
        "a sender without a number",
        f"To: All media\nFrom: Office of the Mayor\nRe: {TITLE}\n\n{BODY}",
        {"title": TITLE, "subtitle": "", "body": BODY},
    ),
    Quirk(
        "a memorandum's addressee",
        f"MEMORANDUM\nTO: All Staff\nFROM: Pat Doe, (555) 010-0100\nDATE: September 21, 2012\n"
        f"SUBJECT: {TITLE}\n\n{BODY}",
        {"title": TITLE, "subtitle": "", "contact": "Pat Doe, (555) 010-0100", "date": DAY},
    ),
    Quirk(
        "a sender by mail",
        "From: Pat Doe, (555) 010-0100\nSent: September 21, 2012\nCC: Council\n"
        f"Subject: {TITLE}\n\n{BODY}",
        {"title": TITLE, "subtitle": "", "contact": "Pat Doe, (555) 010-0100", "date": DAY},
    ),
    Quirk(
        "a sender that is an office",
        f"From: Office of the Mayor\n\n{TITLE}\n\n{BODY}",
        {"title": TITLE, "subtitle": ""},
    ),
    *(
        Quirk(
            f"a sender {sender!r} above the headline",
            f"FOR IMMEDIATE RELEASE\n{sender}\n\n{TITLE}\n\n{BODY}",
            {"title": TITLE, "subtitle": ""},
        )
        for sender in (
            *("FROM: Oakfield Unified School District", "FROM: Pat Doe"),
            *("From: Congresswoman Ann Lee (CA-12)", "FROM: Acme Widgets, Inc.", "De: Ann Lee"),
        )
    ),
    Quirk(
        "a sender below the headline",
        f"{TITLE}\nFrom: Staff Reports\n\n{BODY}",
        {"title": TITLE, "subtitle": ""},
    ),
    Quirk(
        "a headline with From below a name",
        f"City Police\nFOR IMMEDIATE RELEASE\nFrom: Mill Street With Love\n\n{BODY}",
        {"title": "From: Mill Street With Love"},
    ),
    Quirk(
        "a memorandum in Spanish",
        "COMUNICADO DE PRENSA\nPara: Medios\nDe: Oficina del Alcalde\n"
        f"Fecha: 21 de septiembre de 2012\nAsunto: La obra del puente empieza hoy\n\n{LETTER}",
        {"title": "La obra del puente empieza hoy", "subtitle": "", "date": DAY},
    ),
    Quirk(
        "a memorandum in French",
        "À : Tous les médias\nDe : Bureau du maire\nDate : 21 septembre 2012\n"
        f"Objet : La réfection du pont commence\n\n{BODY}",
        {"title": "La réfection du pont commence", "subtitle": "", "date": DAY},
    ),
    Quirk(
        "a memorandum's columns",
        f"City Police\nTO:\tAll Staff\nFROM:\tPat Doe\nDATE:\tSeptember 21, 2012\n"
        f"RE:\t{TITLE}\n\n{BODY}",
        {"title": TITLE, "subtitle": "City Police", "date": DAY, "contact": ""},
    ),
    *(
        Quirk(
            f"a headline above {subject!r}",
            f"{TITLE}\n{subject}\n\n{BODY}",
            {"title": TITLE, "subtitle": subject},
        )
        for subject in ("Subject: Pat Doe, 34, of Oakfield", "Re: Zoning", "Asunto: Pat Doe")
    ),
    Quirk(
        "a headline with From above a subject",
        f"From: Rags to Riches\nSubject: Ann Lee\n\n{BODY}",
        {"title": "From: Rags to Riches", "subtitle": "Subject: Ann Lee"},
    ),
    Quirk(
        "a headline with From above a date",
        f"From: Farm to Table\nDate: September 21, 2012\n\n{BODY}",
        {"title": "From: Farm to Table", "date": DAY},
    ),
    *(
        Quirk(f"headline {title!r}", f"{title}\n\n{BODY}", {"title": title, "contact": ""})
        for title in (
            "From: Farm to Table: Schools Buy Local",
            "From: Room 5, call (555) 010-0100, to Stage: How a Show Began",
        )
    ),
    Quirk(
        "a subject below a letterhead",
        f"Office of the Mayor\nSubject: {TITLE}\n\n{BODY}",
        {"title": TITLE},
    ),
    Quirk(
        "a page's author and date",
        f"{TITLE}\nPosted on September 21, 2012 by Pat Doe\n\n{BODY}",
        {"title": TITLE, "subtitle": "", "date": DAY},
    ),
    Quirk(
        "a contact with the address of a site",
        f"Press Contact: Pat Doe\nPhone: 555.010.0100\nWeb: www.x.example\n\n{TITLE}\n\n{BODY}",
        {"title": TITLE, "contact": "Pat Doe\nPhone: 555.010.0100"},
    ),
    Quirk(
        "a joint dateline with states in full",
        f"{TITLE}\n\nOAKFIELD, Ohio, and EASTON, Ind. – {NEWS}",
        {"dateline": "OAKFIELD and EASTON"},
    ),
    Quirk(
        "a subject that is a label",
        f"Subject: Press Release\n\n{TITLE}\n\n{BODY}",
        {"title": TITLE, "subtitle": ""},
    ),
    Quirk("a stamp of a file", f"2012-09-21T09:30:00-04:00\n\n{TITLE}\n\n{BODY}", {"date": DAY}),
    Quirk("a stamp in UTC", f"2012-09-22T02:30:00Z\n\n{TITLE}\n\n{BODY}", {"title": TITLE}),
]

HEADER_QUIRKS = [*TITLES, *DATES, *CONTACTS, *DATELINES, *MEMOS]
