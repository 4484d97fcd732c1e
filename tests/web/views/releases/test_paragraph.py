"""Page of a quoted paragraph, with its citation and later changes."""

import pytest

from releases import publishing

PAGE = "/releases/2024-0001/"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("p1/?v=1", "The wording is the same in versions 1 and 3 (current)."),
        ("p1/?v=3", "This is the wording in version 3 (current)."),
        ("p3/?v=1", "Edited on"),
        ("p3/?v=1", '<ins><span class="visually-hidden" lang="en">[added: </span>very '),
        ("p3/?v=3", "Unchanged."),
        ("p4/?v=2", "Version 3 does not include this paragraph."),
        ("p4/", "Removed on"),
        ("p5/", "Unchanged."),
    ],
)
def test_quote_shows_later_changes(client, corrected_twice, address, told):
    page = client.get(PAGE + address)

    assert page.status_code == 200
    assert told in page.text


@pytest.mark.parametrize(
    "address", ["p6/", "p4/?v=1", "p1/?v=4", "p1/?v=0", "p1/?v=x", "p999999999/", "p1/?v=\0"]
)
def test_unknown_paragraph_or_version_is_404(client, corrected_twice, address):
    assert client.get(PAGE + address).status_code == 404


@pytest.mark.parametrize("address", ["p0/", "p01/", "p1000000000/", "p/", "P1/"])
def test_missing_paragraph_redirects_to_the_release(client, publish, address):
    release = publish()

    assert client.get(PAGE + address).headers["Location"] == release.get_absolute_url()


def test_quote_is_cited_with_version_and_place(client, corrected):
    permalink = f"http://testserver{corrected.get_absolute_url()}"

    now, then = client.get(f"{PAGE}p1/").text, client.get(f"{PAGE}p1/?v=1").text

    assert f"version 2, May 14, 2024, {permalink}#p1" in now
    assert f"version 1, May 14, 2024, http://testserver{PAGE}versions/1/#p1" in then
    assert f'href="{corrected.get_absolute_url()}#p1"' in then
    assert "opened a records office" in then.partition("<figure")[2]


def test_quote_page_is_noindex(client, publish):
    release = publish()

    page = client.get(f"{PAGE}p1/").text

    assert '<meta name="robots" content="noindex">' in page
    assert f'<link rel="canonical" href="http://testserver{release.get_absolute_url()}">' in page


def test_words_of_a_joined_paragraph_are_found_in_the_other(client, publish):
    release = publish(body="Short one.\n\nA much longer paragraph of words.")
    release.body = "Short one. A much longer paragraph of words."
    release.save()
    publishing.record_change(release, "correction", "Joined.")

    assert (
        f'href="{release.get_absolute_url()}#p2">paragraph 2</a>' in client.get(f"{PAGE}p1/").text
    )


def test_quote_of_a_withdrawn_release_has_a_notice(client, publish):
    publishing.withdraw(publish(), "It named the wrong county.")

    page = client.get(f"{PAGE}p1/")

    assert page.status_code == 200
    assert "It named the wrong county." in page.text


@pytest.mark.parametrize(("verb", "status"), [(publishing.remove, 410), (publishing.block, 451)])
def test_no_word_of_a_taken_down_release_is_quoted(client, publish, verb, status):
    verb(publish(), "It named a minor.")

    page = client.get(f"{PAGE}p1/")

    assert page.status_code == status
    assert "opened a records office" not in page.text


def test_quote_under_embargo_is_404(client, publish, in_an_hour):
    publish(release_at=in_an_hour)

    assert client.get(f"{PAGE}p1/").status_code == 404
