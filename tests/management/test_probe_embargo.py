"""The probe against a real server reports leaks before the release time only."""

import pytest
from django.core.management import CommandError, call_command

from releases import publishing
from releases.models import Release
from releases.search import worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def probe(live_server, capsys):
    """Run it against the live site; returns what it printed."""

    def run(number, **options):
        worker.sync()
        call_command("probe_embargo", number, base=live_server.url, pause=0, **options)
        return capsys.readouterr().out

    return run


@pytest.fixture
def embargoed(publish, in_an_hour):
    return publish(in_an_hour, title="Quagmark Opens", body="Zephmark wrote this sentence.")


def test_site_without_leaks_passes(probe, embargoed):
    printed = probe(embargoed.number)

    assert "Looking for: Quagmark Opens, quagmark-opens, Quagmark, Zephmark, sentence" in printed
    assert "none shows it" in printed


def test_word_in_a_public_place_is_a_leak_named_with_its_address(probe, embargoed, publish):
    publish(title="Another").topics.create(name="Zephmark", slug="other")

    with pytest.raises(CommandError, match=r"before its release:\n(.*\n)*  /topics/  Zephmark"):
        probe(embargoed.number)


def test_responding_url_of_the_release_is_a_leak(probe, embargoed, monkeypatch):
    monkeypatch.setattr(
        "releases.web.views.releases.card.Release.objects.published",
        lambda at: Release.objects.all(),
    )

    with pytest.raises(CommandError, match=r"/releases/2024-0001/card.png  an answer \(200\)"):
        probe(embargoed.number)


def test_public_release_is_named_where_it_shows(probe, embargoed):
    publishing.reschedule(embargoed, None)

    printed = probe(embargoed.number)

    assert "Public, and visible at" in printed
    assert "\n  /releases/  Quagmark, Quagmark Opens" in printed


def test_unfinished_scan_is_a_failure(probe, embargoed):
    with pytest.raises(CommandError, match="addresses were not checked"):
        probe(embargoed.number, seconds=0)


@pytest.mark.parametrize("base", ["http://127.0.0.1:9", "ftp://example.gov"])
def test_unreachable_site_is_a_failure(embargoed, base):
    with pytest.raises(CommandError, match=r"public address|begin with http"):
        call_command("probe_embargo", embargoed.number, base=base)


def test_withdrawn_release_and_unknown_number_are_refused(publish):
    release = publishing.withdraw(publish(), "It named the wrong county.")

    with pytest.raises(CommandError, match="its notice is public"):
        call_command("probe_embargo", release.number, base="http://127.0.0.1:9")
    with pytest.raises(CommandError, match="There is no release 1999-0001"):
        call_command("probe_embargo", "1999-0001", base="http://127.0.0.1:9")
