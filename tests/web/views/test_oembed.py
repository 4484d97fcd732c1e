"""oEmbed."""

import re

import pytest

from releases import publishing


def test_oembed_embeds_a_release_of_this_site(client, publish):
    release = publish(title="A < b & c")
    address = f"http://testserver{release.get_absolute_url()}"

    answer = client.get("/oembed", {"url": address}).json()

    assert (answer["version"], answer["type"], answer["title"]) == ("1.0", "rich", "A < b & c")
    assert f'<a href="{address}">A &lt; b &amp; c</a>' in answer["html"]
    assert client.get(answer["thumbnail_url"]).status_code == 200


def test_page_links_to_its_oembed(client, publish):
    page = client.get(publish().get_absolute_url()).text

    address = re.search(r'json\+oembed" title="[^"]*" href="([^"]*)"', page)[1]
    assert client.get(address).json()["title"] == "County Opens a Records Office"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.org/releases/2024-0001/",
        "http://testserver/nowhere/",
        "http://testserver/releases/",
        "http://[",
        "http://testserver/releases/2024-0009/x/",
    ],
)
def test_oembed_refuses_other_addresses(client, publish, url):
    publish()

    assert client.get("/oembed", {"url": url}).status_code == 404


def test_oembed_has_no_xml(client, db):
    assert client.get("/oembed?format=xml&url=x").status_code == 501


def test_oembed_costs_one_query(client, publish, django_assert_num_queries):
    address = {"url": f"http://testserver{publish().get_absolute_url()}"}
    client.get("/oembed", address)  # prepares the statement

    with django_assert_num_queries(1):
        client.get("/oembed", address)


def test_oembed_has_no_withdrawn_release(client, publish):
    release = publish()
    publishing.withdraw(release, "It was wrong.")

    url = f"http://testserver{release.get_absolute_url()}"
    assert client.get("/oembed", {"url": url}).status_code == 404
