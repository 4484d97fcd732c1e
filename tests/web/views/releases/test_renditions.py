"""Renditions: pinned to a version, cacheable, gone with the release."""

from dataclasses import replace

import pytest

from releases import publishing
from releases.models import Release
from releases.output.renditions import RENDITIONS

NUMBER = "2024-0001"


def test_requested_version_names_the_current_one(client, corrected):
    first = client.get(f"/releases/{NUMBER}.txt?v=1").text
    latest = client.get(f"/releases/{NUMBER}.txt").text

    assert "opened a records office" in " ".join(first.split())
    assert "The current version is 2" in first
    assert "opened two records offices" in " ".join(latest.split())
    assert client.get(f"/releases/{NUMBER}.txt?v=2").text == latest


@pytest.mark.parametrize("version", ["3", "0", "x", "1e9", "9" * 30])
def test_unknown_version_is_404(client, corrected, version):
    assert client.get(f"/releases/{NUMBER}.json?v={version}").status_code == 404


@pytest.mark.parametrize("suffix", RENDITIONS)
def test_unchanged_rendition_is_304_and_a_changed_one_is_sent(client, publish, suffix):
    release = publish()
    address = f"/releases/{NUMBER}.{suffix}"
    first = client.get(address)
    since = {"If-None-Match": first.headers["ETag"]}

    assert client.get(address, headers=since).status_code == 304
    publishing.withdraw(release, "It named the wrong county.")
    assert client.get(address, headers=since).status_code == 200


def test_rendition_is_not_generated_again_immediately(client, publish, monkeypatch):
    publish()
    first = client.get(f"/releases/{NUMBER}.pdf").content
    monkeypatch.setitem(RENDITIONS, "pdf", replace(RENDITIONS["pdf"], make=None))

    assert client.get(f"/releases/{NUMBER}.pdf").content == first


def test_head_has_the_headers_of_get_and_no_body(client, publish):
    publish()
    got = client.get(f"/releases/{NUMBER}.pdf")
    head = client.head(f"/releases/{NUMBER}.pdf")
    for answer in (got, head):
        del answer.headers["X-Request-ID"]

    assert head.content == b""
    assert {**head.headers} == {**got.headers}


def test_other_methods_are_refused(client, publish):
    publish()

    assert client.post(f"/releases/{NUMBER}.json").status_code == 405


def test_cross_origin_scripts_may_read_renditions(client, publish):
    publish()

    assert client.get(f"/releases/{NUMBER}.json").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/html;q=0.5, text/plain", "text/plain; charset=utf-8"),
        ("application/x-bibtex", "application/x-bibtex; charset=utf-8"),
        ("image/png", "text/html; charset=utf-8"),
        ("nonsense;;q=x,", "text/html; charset=utf-8"),
    ],
)
def test_permalink_follows_the_accept_header(client, publish, accept, media_type):
    answer = client.get(publish().get_absolute_url(), headers={"Accept": accept})

    assert answer.headers["Content-Type"] == media_type
    assert "Accept" in answer.headers["Vary"]


def test_negotiated_response_names_its_url(client, publish):
    answer = client.get(publish().get_absolute_url(), headers={"Accept": "text/plain"})

    assert answer.headers["Content-Location"] == f"http://testserver/releases/{NUMBER}.txt"


@pytest.mark.parametrize("suffix", ["txt", "md", "json", "pdf"])
def test_withdrawn_release_has_a_notice(client, publish, suffix):
    publishing.withdraw(publish(), "It named the wrong county.")

    answer = client.get(f"/releases/{NUMBER}.{suffix}")

    assert answer.status_code == 200
    if suffix != "pdf":
        assert "It named the wrong county." in answer.text


def test_withdrawn_release_redirects_to_its_successor(client, publish):
    successor = publish(title="The Right County")
    publishing.withdraw(publish(), "It named the wrong county.", successor)

    answer = client.get("/releases/2024-0002.txt")

    assert answer.headers["Location"] == f"/releases/{successor.number}.txt"


@pytest.mark.parametrize(("verb", "status"), [(publishing.remove, 410), (publishing.block, 451)])
@pytest.mark.parametrize("suffix", RENDITIONS)
def test_taken_down_release_leaves_a_tombstone(client, publish, verb, status, suffix):
    publish()
    verb(Release.objects.get(), "It named a minor.")

    for query in ("", "?v=1"):
        answer = client.get(f"/releases/{NUMBER}.{suffix}{query}")
        assert answer.status_code == status
        assert "records office" not in answer.text


@pytest.mark.parametrize("suffix", RENDITIONS)
def test_embargoed_release_is_404(client, publish, in_an_hour, suffix):
    publish(release_at=in_an_hour)

    assert client.get(f"/releases/{NUMBER}.{suffix}").status_code == 404


def test_file_costs_at_most_six_queries(client, publish, django_assert_max_num_queries):
    publish()

    with django_assert_max_num_queries(6):
        client.get(f"/releases/{NUMBER}.json")
