"""Sample releases with flattened columns, contacts within a text, menus and newsletters."""

import datetime

from tests.parsing.samples import BODY, DAY, LEAD, SECOND, TITLE, Quirk

DATED = f"September 21, 2012\n\n{TITLE}\n\n{BODY}"
NUMBER = "(555) 010-0100"
SUM = "Corrects the sum in the first paragraph and the name of the bridge."
# Last paragraphs that have words of a page or a newsletter.
LAST = (
    *("Previous tenants may return next spring.", "Powered by sunlight alone, the plant opened."),
    "Residents who no longer wish to receive paper bills can choose e-mail at the counter.",
    "The bakery program uses cookies baked by inmates to raise funds for the shelter.",
    "Was this information useful to you? Tell the clerk by June 1.",
    "Families who no longer want to receive visits at home can call the clerk.",
    "Cookies help us raise funds for the shelter, said the head of the bakery.",
    "A museum explains the use of cookies in the kitchens of the navy.",
    "“Was this article useful to the court?” is what the jury will decide in June.",
    *("Previous winners will be the judges next year.", "Last updated in 1998, the plan is old."),
    *("Copyright 2024 exhibits open on Monday.", "Last changed by voters, the charter is old."),
    "The old oak was removed from this park after the storm in March.",
    "Two clerks manage subscriptions to journals for all schools in the county.",
    "He was removed from our board by a vote of the council.",
    "This message was sent by the mayor to all departments.",
    "The mill bridge was removed from our list of unsafe bridges in May.",
    "Many families unsubscribed from the alerts after the storm.",
    "This message was sent by the mayor on May 3, 2024 to all departments via the radio.",
    "Unsubscribed from cable, more families watch the council on the web.",
    "This message was sent by the mayor to the family of Officer Roe, 34 Years on the force.",
    "This message was sent by courier to the council via Main Street on Monday.",
    "This message was sent by more than 4,000 people via Facebook, the department said.",
    "Unsubscribed from city alerts? Residents can sign up again at the library through June 30.",
)
NEWSLETTER = (
    "This email was sent from a notification-only address that cannot accept incoming email. "
    "Please do not reply to this message.",
    "This e-mail was sent by Oakfield Unified School District via Blackboard",
    "This email was sent by City of Oakfield, 12 Mill Street, Oakfield",
    "You were removed from the mailing list of the office.",
    "Unsubscribed from our list? Join again.",
)

FURNITURE_QUIRKS = [
    *(Quirk(f"last: {each}", f"{DATED}\n\n{each}", {"body": f"{BODY}\n\n{each}"}) for each in LAST),
    *(Quirk(f"added: {each}", f"{DATED}\n\n{each}", {"body": BODY}) for each in NEWSLETTER),
    Quirk(
        "a date next to the contact's number",
        f"Contact: JANE ROE\nNovember 21, 2022 340-555-0153\n\n{TITLE}\n\n{BODY}",
        {"date": datetime.date(2022, 11, 21), "contact": "JANE ROE\n340-555-0153", "title": TITLE},
    ),
    Quirk(
        "a name, a date and a number in one line",
        f"Jane RoeSeptember 21st, 2012 202.555.0100\n\n{TITLE}\n\n{BODY}",
        {"date": DAY, "contact": "Jane Roe\n202.555.0100", "title": TITLE},
    ),
    Quirk(
        "a contact that runs into the only paragraph",
        f"{TITLE}\nContact: Pat Doe, {NUMBER}, pat@x.example {SECOND}",
        {"contact": f"Pat Doe, {NUMBER}, pat@x.example", "body": SECOND},
    ),
    *(
        Quirk(f"contact below {label!r}", f"{label}Jane Roe {NUMBER}\n\n{DATED}", expected)
        for label in ("Press Contact ", "Press Contact\n", "Contact Information:\n")
        for expected in [{"contact": f"Jane Roe {NUMBER}", "title": TITLE, "date": DAY}]
    ),
    Quirk(
        "contact in a page's menu",
        f"{DATED}\n\nLakeport, CA 20510\nContact\nSitemap\nPrivacy Policy",
        {"contact": "", "body": BODY, "sections": ()},
    ),
    Quirk(
        "newsletter around a release",
        f"View this email in your browser\n{DATED}\n\n###\n\nYou are receiving this email because "
        "you asked for our news.\nThis message was sent to pat@x.example by us.\nThis email "
        "was sent by: The Office\nOur mailing address is:\nThe Office\n12 Mill Street\nIf you want "
        "to be removed from this list, write to us at any time.",
        {"title": TITLE, "body": BODY, "sections": ()},
    ),
    Quirk(
        "a list that a text speaks of",
        f"{TITLE}\n\n{LEAD}\n\nThree piers were removed from the list of piers in danger in May.",
        {"body": f"{LEAD}\n\nThree piers were removed from the list of piers in danger in May."},
    ),
    Quirk(
        "corrected copy with its note",
        f"***CORRECTION***\n{SUM}\n\n{DATED}",
        {"title": TITLE, "body": BODY, "after": ["notes"]},
    ),
]
