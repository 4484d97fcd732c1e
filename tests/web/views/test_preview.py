"""Previews show an embargoed release to one recipient while the link is active."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from releases import publishing
from releases.models import PreviewLink

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def embargoed(in_an_hour, attach_image, attach_pdf, make_release):
    """A release under embargo with an image and a document."""
    release = make_release()
    attach_image(release)
    attach_pdf(release, "The complaint names a county")
    return publishing.approve(release, in_an_hour)


@pytest.fixture
def shared(embargoed, in_an_hour):
    """Jane Roe's preview link and its URL."""
    link, token = publishing.create_preview(embargoed, "Jane Roe, Gazette", in_an_hour + 24 * HOUR)
    return link, reverse("preview", args=[token])


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def files(address, release):
    image, paper = release.images.get(), release.attachments.get()
    kept = [(image, stored.name) for stored in image.stored()] + [(paper, paper.name)]
    return [f"{address}files/{row.key}/{name}" for row, name in kept]


def statuses(client, addresses):
    return {client.get(address).status_code for address in addresses}


def test_recipient_reads_it_under_a_banner_with_both_clocks(client, shared):
    link, address = shared

    page = client.get(address)

    moment = timezone.localtime(link.release.release_at)
    assert page.status_code == 200
    assert "EMBARGOED UNTIL" in page.text
    assert f"({link.release.release_at:%H:%M} UTC)" in page.text
    assert moment.strftime("%A") in page.text
    assert "Jane Roe, Gazette only" in page.text


def test_preview_is_uncached_unindexed_and_sends_no_referrer(client, shared):
    link, address = shared

    for one in (address, *files(address, link.release)):
        headers = client.get(one).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, noarchive"
        assert "Set-Cookie" not in headers


def test_every_file_that_the_page_names_opens_beneath_it_without_a_cookie(client, shared):
    link, address = shared
    page = client.get(address).text

    assert "/media/" not in page
    assert "kit.zip" not in page
    for file in files(address, link.release):
        assert client.get(file).status_code == 200
    assert [file for file in files(address, link.release) if file not in page] == []
    assert client.get(f"{address}files/{link.release.images.get().key}/original").status_code == 404


def test_files_of_other_releases_do_not_open(client, shared, publish, in_an_hour, attach_image):
    other = attach_image(publish(in_an_hour, title="Another"))

    assert client.get(f"{shared[1]}files/{other.key}/full.jpg").status_code == 404


def test_each_use_is_noted_with_its_recipient(client, shared):
    link, address = shared
    paper = link.release.attachments.get()

    client.get(address)
    client.get(f"{address}files/{paper.key}/{paper.name}")
    client.get(f"{address}files/{paper.key}/other.pdf")

    assert list(link.uses.values_list("file", flat=True)) == [paper.name, ""]


def test_wrong_token_is_a_plain_404(client, shared):
    address = shared[1]
    wrong = address[:-2] + ("A" if address[-2] != "A" else "B") + "/"

    assert statuses(client, [wrong, "/preview/x/", "/preview/"]) == {404}


def test_token_is_not_stored(shared):
    link, address = shared
    token = address.split("/")[2]

    kept = PreviewLink.objects.filter(pk=link.pk).values().get()

    assert token not in str(kept)


def test_another_secret_key_invalidates_all_previews(client, shared, settings):
    settings.SECRET_KEY = "another key"

    assert client.get(shared[1]).status_code == 404


@pytest.mark.parametrize(
    "close",
    [
        lambda link, at: publishing.revoke_preview(link),
        lambda link, at: publishing.recall(link.release, "A wrong name."),
        lambda link, at: at(link.expires_at),
    ],
    ids=["revoked", "called back", "expired"],
)
def test_revoked_recalled_or_expired_preview_is_404(client, shared, at, close):
    link, address = shared
    close(link, at)

    assert statuses(client, [address, *files(address, link.release)]) == {404}
    assert not link.uses.exists()


def test_preview_redirects_to_the_permalink_after_release(client, shared, at):
    link, address = shared
    at(link.release.release_at)

    page = client.get(address)
    file = client.get(files(address, link.release)[0])

    assert (page.status_code, page.url) == (302, link.release.get_absolute_url())
    assert page.headers["Cache-Control"] == "private, no-store"
    assert client.get(file.url).status_code == 200


@pytest.mark.parametrize("verb", [publishing.withdraw, publishing.remove, publishing.block])
def test_withdrawn_release_has_no_preview(client, shared, at, verb):
    link, address = shared
    at(link.release.release_at)
    verb(link.release, "It named the wrong county.")

    assert statuses(client, [address, *files(address, link.release)]) == {404}
