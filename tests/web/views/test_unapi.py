"""unAPI, with which Zotero finds citations."""

import xml.etree.ElementTree as ET

import pytest
import rispy


def test_zotero_finds_the_citation_of_a_page(client, publish):
    release = publish()
    page = client.get(release.get_absolute_url()).text
    assert f'<abbr class="unapi-id" title="{release.number}"' in page

    formats = client.get("/unapi", {"id": release.number})
    answer = client.get("/unapi", {"id": release.number, "format": "ris"})

    assert formats.status_code == 300
    assert [f.get("name") for f in ET.fromstring(formats.content)] == ["ris", "bibtex"]
    assert rispy.loads(answer.text)[0]["title"] == release.title


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("?id=2024-0009", 404),
        ("?id=x%00", 404),
        ("?id=2024-0001&format=mods", 406),
        ("?id=2024-0001&format=bibtex", 200),
    ],
)
def test_unapi_follows_revision_1(client, publish, query, status):
    publish()

    assert client.get(f"/unapi{query}").status_code == status
