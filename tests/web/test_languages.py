"""Spanish interface under /es/; permalinks and machine-readable formats have no language."""

import re
from pathlib import Path

import pytest

from releases.search import worker

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PUBLIC_TEMPLATES = [each for each in TEMPLATES.rglob("*.html") if "admin" not in each.parts]
PAGE = "/es/releases/2024-0001/clinic-opens/"


@pytest.fixture
def release(publish):
    published = publish(title="Clinic Opens", body="A clinic opened.")
    worker.sync()
    return published


def test_address_alone_decides_on_the_language(client, release):
    assert '<html lang="es">' in client.get("/es/").text

    english = client.get("/", headers={"Accept-Language": "es"})

    assert '<html lang="en">' in english.text
    assert "Accept-Language" not in english.headers.get("Vary", "")


def test_each_page_links_to_its_translation(client, release):
    here = '<a href="/es/search/?q=clinic" hreflang="es" lang="es">Español</a>'
    back = '<a href="/search/?q=clinic" hreflang="en" lang="en">English</a>'
    assert here in client.get("/search/?q=clinic").text
    assert back in client.get("/es/search/?q=clinic").text


def test_alternate_links_are_absolute(client, release):
    told = '<link rel="alternate" hreflang="es" href="http://testserver/es/topics/">'
    assert told in client.get("/topics/").text


def test_links_of_a_spanish_page_stay_in_spanish(client, release):
    assert f'<a href="{PAGE}">Clinic Opens</a>' in client.get("/es/releases/").text


def test_permalink_has_no_language(client, release):
    page = client.get(PAGE).text
    assert (
        '<link rel="canonical" href="http://testserver/releases/2024-0001/clinic-opens/">' in page
    )
    assert f"http://testserver{PAGE}" not in page


def test_text_keeps_its_own_language_within_a_spanish_page(client, release):
    page = client.get(PAGE).text
    assert '<html lang="es">' in page
    assert '<article class="release" lang="en"' in page


def test_dates_and_counts_are_spanish(client, release):
    page = client.get("/es/releases/").text
    assert "Mayo de 2024" in page
    assert "1 comunicado" in page


def test_ignored_parameters_are_named_in_the_page_language(client, release):
    said = "Un paréntesis de cierre no tiene apertura"
    assert said in client.get("/es/search/?q=clinic)").text
    assert "A closing parenthesis has no opening one" in client.get("/search/?q=clinic)").text
    assert "“nunca” no es válido como año" in client.get("/es/releases/?year=nunca").text


def test_query_is_explained_in_the_page_language(client, release):
    page = client.get("/es/search/?q=title:clinic after:2012").text
    assert "la palabra clinic en el título y una fecha desde el 2012-01-01" in page


def test_missing_page_is_in_spanish(client, db):
    page = client.get("/es/nothing/")
    assert page.status_code == 404
    assert "Página no encontrada" in page.text


@pytest.mark.parametrize(
    "address", ["feeds/releases.atom", "api/v1/releases/", "sitemap.xml", "releases/2024-0001.txt"]
)
def test_machine_readable_formats_have_no_language(client, release, address):
    assert client.get(f"/{address}").status_code == 200
    assert client.get(f"/es/{address}").status_code == 404


def test_text_of_a_release_has_its_direction_wherever_it_has_its_language():
    # Staff write notes and contacts in any language: those run as their own words do.
    direction = r'dir="(?:auto|{{ \1\|direction }})"'
    of_a_release = re.compile(rf'\slang="{{{{ ([\w.]+\.language) }}}}"(?! {direction})')
    found = [
        (path.name, match[1])
        for path in PUBLIC_TEMPLATES
        for match in of_a_release.finditer(path.read_text(encoding="utf-8"))
    ]

    assert [name for name, _ in found] == ["_header.html"]  # names of interface languages
