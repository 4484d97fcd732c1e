import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.content.legacy_keys import legacy_key, legacy_keys


@pytest.mark.parametrize(
    "url",
    [
        "https://oag.example.gov/news/Press-Releases/accord",
        "http://www.example.gov/news/press-releases/accord/",
        "/news/press-releases/accord.html",
        "/news/press-releases/accord.aspx?utm_source=x&fbclid=y",
        "/news//press%2Dreleases/accord/index.htm#top",
        " /NEWS/press-releases/accord ",
    ],
)
def test_spellings_of_one_address_have_one_key(url):
    assert legacy_key(url) == "/news/press-releases/accord"


def test_query_string_identifies_a_release():
    keys = {legacy_key(f"/pr.asp?{query}") for query in ("id=1", "id=2", "id=1&lang=es", "")}
    assert len(keys) == 4
    assert legacy_key("/pr.asp?lang=es&ID=1") == legacy_key("/pr.asp?id=1&lang=ES")


def test_an_unknown_query_string_does_not_hide_the_path():
    assert legacy_keys("/accord.html?print=1") == ("/accord?print=1", "/accord")
    assert legacy_keys("/accord.html") == ("/accord",)


def test_letters_are_compared_in_one_normal_form():
    assert legacy_key("/noticias/espa%C3%B1ol") == legacy_key("/noticias/espan\u0303ol")


@given(st.text())
def test_any_text_has_a_key(url):
    assert legacy_key(url).startswith("/")


def test_key_has_no_nul():
    assert legacy_key("/a%00b\0/?id=1%00") == "/ab?id=1%00"
