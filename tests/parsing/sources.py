"""Random sources with typical and untypical parts of releases."""

from hypothesis import strategies as st

SENTENCES = [
    "The Attorney General today announced that the office will protect the harbor towns.",
    "“We are ready to help every town on the coast,” said the Attorney General.",
    "LOS ANGELES -- The Attorney General today signed an accord with all of them.",
    "FRESNO, Calif. – A captain has been charged with stealing money from boats.",
    "For more information on harbors, visit",
    "To learn more about it, see www.example.org.",
    "Read the full letter here.",
    "The bill would:",
    "Hoy, la oficina anunció que el programa ayudará a los pueblos del puerto.",
]
PIECES = [
    *("FOR IMMEDIATE RELEASE", "Para Publicación Inmediata", "MEDIA ADVISORY", "Press Release"),
    *("September 21, 2012", "Friday, September 21, 2012", "21 de septiembre de 2012"),
    *("09/21/2012", "03/04/2012", "Setpember 21, 2012", "Date: September 21, 2012", "Date: 2012"),
    *("Posted: May 3, 2012", "Fresno, December 6, 2012", "EMBARGOED UNTIL Friday", "Published"),
    *("Contact:", "Contact: (916) 555-0100,", "Contact: Jane Doe, 916/555-0100.", "Jane Doe"),
    *("MEDIA CONTACT: Jane Doe", "Press Secretary", "Office: 916-555-0100", "Cell:"),
    *("media@example.org", "(916) 555-0100", "Case # 12-3", "Author", "Home", "Share"),
    *("Attorney General Announces New Program", "OFFICE OPENS SECOND BRANCH", "IN HARBOR TOWN"),
    *("Office of the Attorney General", "Skip to main content", "Tagged with:", "Latest News"),
    *("###", "# # #", "-30-", "***", "- 30 -", "text that ends.###", "[Read more]..."),
    *("Background", "Background:", "About the Harbor Unit", "Editor's note: it is new."),
    *(
        "Resources",
        "Antecedentes",
        "WHO: The office",
        "WHEN: May 3, 2012 at 7 p.m.",
        "Time: 7 p.m.",
    ),
    *("Title: The Big Title", "Subtitle: The Small One", "Content:", "Tags: A, B", "Issues: C"),
    *("• item one", "- item two", "* item three", "1. first", "2. second", "3. third", "(a)", "a"),
    *("“", ",”", "–", "|", "LOS ANGELES", "and", "said the sheriff.", "HERE", "click", "..."),
    *("-----", "====", "#", "*", "_x_", "[a](b)", "| a | b |", "|---|", "> q", "\\", "<p>"),
    *("&amp;", "&lt;b&gt;", "\ufeff", "\u200b", "\0", "\ud800", "http://www.example.org/x"),
    *("Senior Deputy District Attorney", "Jane Doe of the Unit is in charge of this case today."),
]
NOISE = st.text('ab AB.#*_-–“”":;,()[]|>1\\&<\t', min_size=1, max_size=12)
_LINES = st.one_of(st.sampled_from(SENTENCES), st.sampled_from(PIECES), NOISE)
_GAPS = st.sampled_from(["\n", "\n", "\n\n", "\n   ", "   ", "\r\n", "\n\u00a0\n"])


@st.composite
def sources(draw):
    """Draw a source text of up to fifteen pieces."""
    pieces = draw(st.lists(st.tuples(_LINES, _GAPS), max_size=15))
    return "".join(line + gap for line, gap in pieces)
