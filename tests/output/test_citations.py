"""Citations follow the examples in the style guides and never split the office's name."""

import datetime

import pytest

from releases import publishing
from releases.models import Release
from releases.output.citations import STYLES, cite
from releases.output.edition import Edition, read_release

LINK = "https://example.gov/releases/2012-0001/accord-strengthens-work/"
OFFICE = "Office of the Attorney General"


@pytest.fixture
def cited(publish):
    """Return a function that cites a release with that title, as text."""

    def citations(title="Accord Strengthens Work", version=None):
        publish(title=title, date=datetime.date(2012, 9, 21))
        Release.objects.update(slug="accord-strengthens-work")
        release = read_release(Release.objects.all())
        return {
            style: str(c)
            for style, c in cite(Edition.of(release, "https://example.gov", version)).items()
        }

    return citations


def test_every_style_as_printed(cited):
    assert cited() == {
        "APA": f"{OFFICE}. (2012, September 21). Accord Strengthens Work (No. 2012-0001, "
        f"Version 1) [Press release]. {LINK}",
        "MLA": f"{OFFICE}. “Accord Strengthens Work.” Press release no. 2012-0001, version 1, "
        f"21 Sept. 2012, {LINK}.",
        "Chicago": f"{OFFICE}. “Accord Strengthens Work.” Press release no. 2012-0001, version 1, "
        f"September 21, 2012. {LINK}.",
        "Bluebook": f"Press Release No. 2012-0001, {OFFICE}, Accord Strengthens Work "
        f"(Sept. 21, 2012) (version 1), {LINK}.",
        "AP": f"{OFFICE}, “Accord Strengthens Work,” news release No. 2012-0001, version 1, "
        f"Sept. 21, 2012, {LINK}",
    }


def test_quotations_in_a_title_become_single_and_its_own_stop_is_enough(cited):
    citations = cited('Who Said “No” and "Yes"?')

    assert "“Who Said ‘No’ and ‘Yes’?” Press release" in citations["MLA"]
    assert "“Who Said ‘No’ and ‘Yes’?” news release" in citations["AP"]


def test_page_has_every_style_and_every_export(client, publish):
    release = publish()

    page = client.get(f"/releases/{release.number}/cite/")

    assert page.status_code == 200
    for style in STYLES:
        assert f"<dt>{style}</dt>" in page.text
    for suffix in ("bib", "ris", "csl.json"):
        assert f"/releases/{release.number}.{suffix}" in page.text


def test_earlier_version_is_cited_with_its_own_url(client, corrected):
    page = client.get(f"/releases/{corrected.number}/cite/?v=1").text

    assert "version 1, 14 May 2024, http://testserver/releases/2024-0001/versions/1/." in page
    assert "The current version is 2" in page


def test_taken_down_release_is_not_cited(client, publish):
    release = publishing.remove(publish(), "It named a minor.")

    assert client.get(f"/releases/{release.number}/cite/").status_code == 410
