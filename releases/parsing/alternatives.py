"""Word lists that identify the parts of a source text."""

import re


def split_words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def phrase_pattern(*lists: str) -> str:
    """Return a pattern for any phrase of comma-separated lists, the longest first, with white space
    of any width."""
    phrases = {" ".join(phrase.split()) for words in lists for phrase in words.split(",")}
    ordered = sorted(phrases - {""}, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered)


ENGLISH_MONTHS = split_words(
    "January February March April May June July August September October November December"
)
SPANISH_MONTHS = split_words(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
ENGLISH_DAYS = split_words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
SPANISH_DAYS = split_words("lunes martes miércoles jueves viernes sábado domingo")

# USPS abbreviations, and those of the AP Stylebook without their last period.
STATES = split_words(
    """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM
    NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY GU VI AS MP
    Ala Ariz Ark Ca Cal Calif Colo Conn D.C Del D.F Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss
    Mo Mont N.C N.D N.H N.J N.M N.Y Neb Nev Okla Ore P.R Pa R.I S.C S.D Tenn Tex Va Vt W.Va Wash
    Wis Wyo
    """
)

STATE_NAMES = """
    Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida,
    Georgia, Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland,
    Massachusetts, Michigan, Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada,
    New Hampshire, New Jersey, New Mexico, New York, North Carolina, North Dakota, Ohio, Oklahoma,
    Oregon, Pennsylvania, Puerto Rico, Rhode Island, South Carolina, South Dakota, Tennessee,
    Texas, Utah, Vermont, Virginia, Washington, West Virginia, Wisconsin, Wyoming
"""

STREETS = """
    street, st, avenue, ave, road, rd, boulevard, blvd, drive, dr, lane, ln, way, plaza, square,
    highway, hwy, parkway, pkwy, court, ct, place, pl, terrace, circle
"""

# Words that title case leaves in lowercase (Chicago Manual of Style, 8.159).
LOWERCASE_IN_TITLES = frozenset(
    split_words(
        """
        a about after against amid among an and as at before between but by de del during el en for
        from in into is la las los nor of off on onto or out over para per por than that the
        through to under up upon v via vs when which while who with within without y
        """
    )
)

# English and Spanish words too common to show what a text is about.
STOP_WORDS = LOWERCASE_IN_TITLES | frozenset(
    split_words(
        """
        all also any are be been being both can cómo como con could did do does es esta este fue had
        has have her his how i if it its lo más me much my no not nuestra nuestro our over qué que
        quién said say says se should su sus such than their them there these they this those un una
        upon was we were what where will would you your
        """
    )
)

PLACE_PARTICLES = frozenset(split_words("de del el la las los of the y"))

# Words before a dash at the head of a paragraph that are not part of a place name.
NOT_PLACE_WORDS = frozenset(
    split_words(
        """
        a about action advisory after agenda alert an and announcement answer as at attorney
        background bill but by case congressman congresswoman contact copy date dear
        district editor embargoed event fact fecha file finally first friday from general
        gov governor he history hora however icymi if immediate in introduction it location
        lugar meanwhile media monday mr mrs ms news no nota note notice now office on
        opinion overview photo press prosecutor question quién qué release remarks rep
        representative saturday second section sen senator she sheriff since speech
        statement summary sunday thank that then there these they this thursday time title
        today topic tuesday update video watch we wednesday what when where who why yes
        """
    )
)

# Words of names that only a dash would make a dateline: "Vermont's Congressional Delegation - ".
INSTITUTION_WORDS = frozenset(
    split_words(
        """
        academy administration agency alliance association authority bureau campaign caucus chamber
        coalition college commission committee company conference congressional corporation council
        court delegation democratic democrats department division foundation fund government group
        house initiative institute leaders league legislature members ministry network officials
        organization partners partnership party police program project republican republicans
        representatives senate senators service services society staff subcommittee task team union
        university
        """
    )
)
