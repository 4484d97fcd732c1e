"""JSON-LD on a release's page; withdrawn releases have none."""

import datetime
import json
import re

from django.utils import timezone

from releases import publishing


def json_ld(client, release):
    page = client.get(release.get_absolute_url()).text
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return json.loads(data)


def test_json_ld_has_title_dates_and_office(client, publish):
    article = json_ld(client, publish(subtitle="Doors Open Monday"))

    assert article["@type"] == "NewsArticle"
    assert article["headline"] == "County Opens a Records Office"
    assert article["alternativeHeadline"] == "Doors Open Monday"
    assert article["datePublished"] == "2024-05-14T12:00:00-07:00"
    assert article["author"]["name"] == "Office of the Attorney General"


def test_json_ld_has_the_printed_date_if_it_differs(client, publish):
    release = publish(timezone.now())

    assert json_ld(client, release)["datePublished"] == "2024-05-14"


def test_moments_of_a_page_have_no_fractions_of_a_second(client, publish):
    moment = datetime.datetime(2024, 5, 14, 19, 0, 0, 123456, tzinfo=datetime.UTC)
    release = publish(moment)
    article = json_ld(client, release)

    assert article["datePublished"] == "2024-05-14T12:00:00-07:00"
    assert "." not in article["dateModified"]
    assert 'published_time" content="2024-05-14T12:00:00-07:00"' in (
        client.get(release.get_absolute_url()).text
    )


def test_json_ld_has_corrections(client, corrected):
    (correction,) = json_ld(client, corrected)["correction"]

    assert correction["text"] == "Two offices, not one."


def test_json_ld_cannot_close_its_script_element(client, publish):
    body = "</script><script>alert('x')</script> & <!-- more"
    release = publish(title="Fees < 5 & > 3 <!-- more", body=body)

    assert json_ld(client, release)["headline"] == "Fees < 5 & > 3 <!-- more"
    assert client.get(release.get_absolute_url()).text.count("<script>") == 0


def test_withdrawn_release_is_in_no_machine_readable_format(client, publish):
    release = publishing.withdraw(publish(), "It named the wrong county.")

    assert "ld+json" not in client.get(release.get_absolute_url()).text
    assert "2024-0001" not in client.get("/sitemap-releases.xml").text
    address = f"http://testserver{release.get_absolute_url()}"
    assert client.get("/oembed", {"url": address}).status_code == 404
