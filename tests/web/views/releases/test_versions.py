"""Public history of a release."""

import re
from urllib.parse import urljoin

import pytest

from releases import publishing

HISTORY = "/releases/2024-0001/versions/"


def test_history_names_kind_note_and_digest_of_each_version(client, corrected):
    page = client.get(HISTORY).text

    assert page.index("Version 2: correction") < page.index("Version 1: issued")
    assert "Two offices, not one." in page
    assert all(version.sha256 in page for version in corrected.versions.all())


@pytest.mark.parametrize(
    "address", [HISTORY, f"{HISTORY}2/", "/corrections/", "/releases/2024-0001/"]
)
def test_times_are_valid_html(client, corrected, address):
    page = client.get(address, follow=True).text

    moments = re.findall(r'<time datetime="([^"]*T[^"]*)"', page)
    assert moments
    assert all(re.fullmatch(r"[-0-9]{10}T[0-9:]{8}[+-]\d\d:\d\d", moment) for moment in moments)


def test_version_reads_as_it_did_and_is_not_indexed(client, corrected):
    page = client.get(f"{HISTORY}1/").text

    assert "opened a records office" in page
    assert "not the current version" in page
    assert '<meta name="robots" content="noindex">' in page


def test_press_contact_of_a_version_is_in_its_language(client, publish):
    release = publish(language="ar", contact="Ana")

    page = client.get(f"/releases/{release.number}/versions/1/").text

    assert '<address lang="ar" dir="auto">Ana</address>' in page


def test_comparison_marks_words_in_place(client, corrected):
    page = client.get(f"{HISTORY}1..2/").text

    assert "a </" not in page
    assert '<del><span class="visually-hidden" lang="en">[deleted: </span>office ' in page
    assert '<ins><span class="visually-hidden" lang="en">[added: </span>offices ' in page
    assert "2 words changed" in page


@pytest.mark.parametrize("address", ["3/", "0/", "1..3/", "2..1/", "1..1/", "01/", "999999999/"])
def test_missing_version_is_404(client, corrected, address):
    assert client.get(HISTORY + address).status_code == 404


@pytest.mark.parametrize("address", ["", "1/", "1..2/"])
def test_withdrawn_release_keeps_its_history_under_a_notice(client, corrected, address):
    publishing.withdraw(corrected, "It named the wrong county.")

    page = client.get(HISTORY + address)

    assert page.status_code == 200
    assert "It named the wrong county." in page.text


@pytest.mark.parametrize(("verb", "status"), [(publishing.remove, 410), (publishing.block, 451)])
@pytest.mark.parametrize("address", ["", "1/", "2/", "1..2/"])
def test_no_version_of_a_taken_down_release_is_shown(client, corrected, verb, status, address):
    verb(corrected, "It named a minor.")

    page = client.get(HISTORY + address)

    assert page.status_code == status
    assert "records office" not in page.text


@pytest.mark.parametrize("address", ["", "1/"])
def test_history_of_an_embargoed_release_is_404(client, publish, in_an_hour, address):
    publish(release_at=in_an_hour)

    assert client.get(HISTORY + address).status_code == 404


def test_words_that_never_were_public_are_in_no_history(client, publish, in_an_hour):
    release = publishing.recall(publish(release_at=in_an_hour, body="A secret."), "Not so.")
    release.body = "No secret at all."
    release.save()
    publishing.approve(release, release.updated_at, confirmed=True)

    assert "Version 1" not in client.get(HISTORY).text
    assert client.get(f"{HISTORY}1/").status_code == 404
    assert client.get(f"{HISTORY}1..2/").status_code == 404
    assert "No secret at all." in client.get(f"{HISTORY}2/").text


@pytest.mark.parametrize("address", ["cite/", "p1/", "versions/", "versions/1/", "versions/1..2/"])
def test_pages_about_a_release_lead_to_it_and_to_each_other(client, corrected, address):
    page = client.get(f"/releases/2024-0001/{address}").text

    own = (".pdf", "/cite/", "/versions/")
    for link in (corrected.get_absolute_url(), *(f"/releases/2024-0001{each}" for each in own)):
        assert f'<li><a href="{link}"' in page


@pytest.mark.parametrize("address", ["cite/", "p1/", "versions/", "versions/1/", "versions/1..2/"])
def test_pages_about_a_replaced_release_do_not_lead_to_its_successor(
    client, corrected, publish, address
):
    publishing.withdraw(corrected, "It was replaced.", successor=publish())

    page = client.get(f"/releases/2024-0001/{address}").text

    rail = page.partition('<h2 id="this-release">')[2].partition("</nav>")[0]
    assert re.findall('href="(.*?)"', rail) == [
        f"/releases/2024-0001/{each}/" for each in ("cite", "versions")
    ]


def test_pages_about_a_replaced_release_name_its_successor(client, corrected, publish):
    successor = publish()
    publishing.withdraw(corrected, "It was replaced.", successor=successor)

    for address in ("", "1/", "1..2/", "../cite/", "../p1/"):
        page = client.get(urljoin(HISTORY, address)).text
        assert f'href="{successor.get_absolute_url()}">release {successor.number}</a>' in page
        assert f'href="{corrected.get_absolute_url()}"' not in page


def test_version_leads_once_to_the_current_one(client, corrected):
    assert client.get(f"{HISTORY}1/").text.count("Read the current version") == 1
