"""Responses in a file serve other processes, and this one after a restart, compressed once."""

import fcntl
import gzip

import pytest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from releases.models import Release
from releases.search import worker
from releases.web.response_cache import edition, shared, store
from releases.web.response_cache.store import responses

pytestmark = pytest.mark.django_db(transaction=True)
GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def unmade(monkeypatch):
    """Return a function after which an error is raised if Django has to render a response."""
    return lambda: monkeypatch.setattr("pressroom.wsgi.cached_application.application", None)


def restart():
    responses.clear()


@pytest.mark.parametrize("headers", [{}, GZIP])
@pytest.mark.parametrize("first", [{}, GZIP])
def test_response_outlives_a_restart_in_each_encoding(visitor, publish, unmade, first, headers):
    address = publish(body="It is open. " * 200).get_absolute_url()
    plain = visitor.get(address, headers=first)
    plain = gzip.decompress(plain.content) if first else plain.content
    restart()
    unmade()

    again = visitor.get(address, headers=headers)

    assert (again.headers.get("Content-Encoding") == "gzip") == bool(headers)
    assert (gzip.decompress(again.content) if headers else again.content) == plain
    assert again["Content-Length"] == str(len(again.content))
    assert "Accept-Encoding" in again["Vary"]


def test_body_too_large_for_a_process_is_served_from_the_file(
    visitor, publish, unmade, monkeypatch
):
    monkeypatch.setattr(store, "MAX_BODY_BYTES", 1000)
    address = publish(body="It is open. " * 200).get_absolute_url()
    made = visitor.get(address)
    assert [cached.body for cached in responses._entries.values()] == [None]
    unmade()

    assert visitor.get(address).content == made.content


@pytest.mark.parametrize("address", ["/", "/releases/", "/feeds/releases.atom", "/search/?q=open"])
def test_first_response_is_compressed_for_clients_that_take_it(visitor, publish, address):
    publish(body="It is open. " * 200)
    worker.sync()

    plain, short = visitor.get(address), visitor.get(address, headers=GZIP)

    assert gzip.decompress(short.content) == plain.content
    assert len(short.content) < len(plain.content) / 2
    assert short["ETag"] == f"W/{plain['ETag']}"


@pytest.mark.parametrize("accepted", ["gzip;q=0", "br", "", "identity", "*;q=0"])
def test_who_does_not_take_gzip_gets_the_whole(visitor, publish, accepted):
    address = publish(body="It is open. " * 200).get_absolute_url()

    for _ in range(2):
        answer = visitor.get(address, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
        assert b"</html>" in answer.content


def test_client_with_either_encoding_gets_304(visitor, publish, unmade):
    address = publish().get_absolute_url()
    tags = [visitor.get(address, headers=headers)["ETag"] for headers in ({}, GZIP)]
    unmade()

    for tag in tags:
        for headers in ({}, GZIP):
            answer = visitor.get(address, headers={**headers, "If-None-Match": tag})
            assert (answer.status_code, answer.content) == (304, b"")
            assert "Content-Encoding" not in answer.headers


def test_change_is_not_shown_late_after_a_restart(visitor, publish):
    release = publish()
    visitor.get(release.get_absolute_url())
    restart()

    Release.objects.filter(pk=release.pk).update(title="Changed")

    assert "Changed" in visitor.get(release.get_absolute_url()).text


def test_response_of_other_code_or_settings_is_not_served(visitor, publish, monkeypatch):
    address = publish().get_absolute_url()
    visitor.get(address)
    key = next(iter(responses._entries))[:-1]
    assert shared.find(key)

    monkeypatch.setattr(edition, "fingerprint", lambda: "deployed since")

    assert shared.find(key) is None


def test_other_logging_changes_no_response_but_other_settings_do(settings):
    found = []
    for name, value in (("LOG_FORMAT", "line"), ("LOG_FORMAT", "json"), ("TIME_ZONE", "UTC")):
        setattr(settings, name, value)
        found.append(edition.fingerprint.__wrapped__())
    assert found[0] == found[1] != found[2]


def test_pages_of_a_session_are_neither_compressed_nor_stored(admin_client, publish, shared_file):
    address = publish(body="It is open. " * 200).get_absolute_url()

    answer = admin_client.get(address, headers=GZIP)

    assert "Content-Encoding" not in answer.headers
    assert not shared_file.path.exists()


def test_entry_that_was_tampered_with_is_a_miss(visitor, publish, shared_file):
    address = publish(title="First").get_absolute_url()
    before = visitor.get(address).content
    restart()
    written = shared_file.path.read_bytes()
    assert b"text/html" in written
    shared_file.path.write_bytes(written.replace(b"text/html", b"text/pain"))

    assert visitor.get(address).content == before


def test_damaged_file_is_begun_again(visitor, publish, shared_file, monkeypatch):
    monkeypatch.setattr("pressroom.infra.circuit_breaker.OPEN_SECONDS", 0)
    address = publish().get_absolute_url()
    visitor.get(address)
    shared_file.close()
    shared_file.path.write_bytes(b"no records " * 1000)
    restart()

    assert visitor.get(address).status_code == 200
    restart()
    assert visitor.get(address).status_code == 200
    assert shared.find(next(iter(responses._entries))[:-1])


def test_folder_that_cannot_be_written_costs_no_visitor_an_error(visitor, publish, shared_file):
    shared_file.path.mkdir()

    assert visitor.get(publish().get_absolute_url()).status_code == 200


def test_file_that_another_process_locks_is_not_waited_for(visitor, publish, shared_file):
    release = publish()
    visitor.get("/")
    with shared_file.path.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        answer = visitor.get(release.get_absolute_url())

    assert answer.status_code == 200
    assert not shared_file._circuit.is_open


def test_policy_that_no_view_has_is_a_miss(visitor, publish, monkeypatch):
    visitor.get(publish().get_absolute_url())
    key = next(iter(responses._entries))[:-1]

    monkeypatch.setattr(shared, "cache_controls", {})

    assert shared.find(key) is None


def test_lift_shows_at_its_moment_after_a_restart(visitor, publish, in_an_hour, monkeypatch):
    publish()
    publish(in_an_hour, title="At its moment")
    visitor.get("/releases/")
    restart()

    monkeypatch.setattr(timezone, "now", lambda: in_an_hour)

    assert "At its moment" in visitor.get("/releases/").text


def test_what_a_command_rendered_is_found_by_the_server(monkeypatch):
    in_server = edition.fingerprint.__wrapped__()
    limits = {"default": {"OPTIONS": {"options": "-c lock_timeout=10s"}}}
    monkeypatch.setattr(edition.settings, "DATABASES", limits)
    assert edition.fingerprint.__wrapped__() == in_server


def test_use_of_a_lazy_setting_changes_no_response(settings):
    settings.AXES_USERNAME_FORM_FIELD = SimpleLazyObject(lambda: "username")
    found = []
    for _ in range(2):
        found.append(edition.fingerprint.__wrapped__())
        assert settings.AXES_USERNAME_FORM_FIELD == "username"
    assert found[0] == found[1]


def test_pages_that_a_process_reads_share_the_strings_of_their_headers(visitor, publish):
    addresses = [publish().get_absolute_url() for _ in range(2)]
    for address in 2 * addresses:
        visitor.get(address)
        responses.clear()
    for address in addresses:
        visitor.get(address)

    first, second = (cached.headers for cached in responses._entries.values())
    shared_names = {name for name in first if first[name] is second.get(name)}
    assert {"Content-Security-Policy", "Cache-Control", "Vary"} <= shared_names


def test_value_that_only_one_page_has_is_not_kept_for_others(visitor, publish):
    address = publish().get_absolute_url()
    visitor.get(address, headers=GZIP)
    found = []
    for _ in range(2):
        responses.clear()
        visitor.get(address, headers=GZIP)
        found += [cached.headers for cached in responses._entries.values()]

    first, second = found
    assert first["ETag"] == second["ETag"]
    assert first["ETag"] is not second["ETag"]
    assert first["Vary"] is second["Vary"]
