"""A dateline is a place before a dash; other words before a dash are text."""

import pytest

from releases.parsing import datelines

NEWS = "The office today announced a program that helps harbor towns."


@pytest.mark.parametrize(
    ("head", "city"),
    [
        ("LOS ANGELES -- ", "LOS ANGELES"),
        ("MADISON, WI—", "MADISON"),
        ("Washington, D.C.— ", "Washington"),
        ("Washington, D.C.-", "Washington"),
        ("Washington D.C. – ", "Washington"),
        ("[WASHINGTON, D.C.] – ", "WASHINGTON"),
        ("(Rochester, NY)- ", "Rochester"),
        ("BURLINGTON, Vt., July 31 – ", "BURLINGTON"),
        ("SAN PEDRO, Ca. (May 3, 2012): ", "SAN PEDRO"),
        ("Winston-Salem, N.C. — ", "Winston-Salem"),
        ("CIUDAD DE MÉXICO – ", "CIUDAD DE MÉXICO"),
        ("ST. LOUIS, MO ", "ST. LOUIS"),
        ("SPRINGFIELD AND SHELBYVILLE – ", "SPRINGFIELD AND SHELBYVILLE"),
        ("SPRINGFIELD, SHELBYVILLE and OAKFIELD – ", "SPRINGFIELD, SHELBYVILLE and OAKFIELD"),
        ("Springfield, Ill., and Shelbyville, Ind. – ", "Springfield and Shelbyville"),
        ("SACRAMENTO/LOS ANGELES -- ", "SACRAMENTO/LOS ANGELES"),
        ("LAKEPORT ? ", "LAKEPORT"),
        ("LAKEPORT \ufffd ", "LAKEPORT"),
        ("LAKEPORT ", "LAKEPORT"),
        ("WASHINGTON DC ", "WASHINGTON"),
        ("LAKEPORT, May 28, 2024 ", "LAKEPORT"),
    ],
)
def test_city_is_read_without_its_state(head, city):
    assert datelines.find(head + NEWS).city == city


@pytest.mark.parametrize(
    "paragraph",
    [
        NEWS,
        f"Background – {NEWS}",
        f"Statement - {NEWS}",
        "MEDIA ADVISORY – CITY COUNCIL TO DISCUSS HARBORS",
        "Fresno – Office Opens Branch for Harbor Towns",
        "A well-known office today announced a program that helps towns.",
        f"On Nov. 4, 2008 – {NEWS}",
        f"1. FRESNO – {NEWS}",
        "A Springfield -area man told the office that he announced a program today.",
        f"Vermont's Congressional Delegation - Sen. Roe: {NEWS}",
        f"Smith and Jones – {NEWS}",
        f"Lakeport ? {NEWS}",
        f"MAYOR ROE PROPOSES HARBOR PROGRAM September 8, 2006 {NEWS}",
        "LOS ANGELES --",
        "",
    ],
)
def test_other_words_before_a_dash_are_not_a_dateline(paragraph):
    assert datelines.find(paragraph) is None


def test_only_a_plain_dateline_has_only_its_dash():
    assert datelines.find(f"Fresno – {NEWS}").has_only_dash
    assert not datelines.find(f"FRESNO – {NEWS}").has_only_dash
    assert not datelines.find(f"Fresno, Calif. – {NEWS}").has_only_dash
