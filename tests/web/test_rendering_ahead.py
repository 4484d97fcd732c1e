"""A worker renders pages before anybody requests them."""

import datetime
import logging
import threading

import pytest
from django.utils import timezone

from pressroom.infra.cache.file_store import FileStore
from releases import publishing
from releases.models import Office, Release, Topic
from releases.web import rendering_ahead
from releases.web.rendering_ahead import Worker
from releases.web.response_cache import edition, shared
from releases.web.response_cache.store import responses
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("new_log")]
ORIGIN = "http://localhost"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def file(monkeypatch, tmp_path):
    """The file that the worker shares with the server."""
    found = FileStore(tmp_path / "responses.cache", 10_000_000)
    monkeypatch.setattr(shared, "file", found)
    responses.clear()
    yield found
    found.close()


@pytest.fixture
def rendered(monkeypatch):
    """The paths that workers requested, in order."""
    paths = []

    class Recorder(rendering_ahead.Renderer):
        def render(self, path):
            paths.append(path)
            return super().render(path)

    monkeypatch.setattr(rendering_ahead, "Renderer", Recorder)
    return paths


@pytest.fixture(autouse=True)
def long_work(monkeypatch):
    monkeypatch.setattr(rendering_ahead, "WORK", 60)


@pytest.fixture
def worker():
    return Worker(ORIGIN)


def step(worker):
    worker.step(threading.Event())


def test_first_request_of_a_page_or_list_is_answered_before_django(
    publish, worker, visitor, monkeypatch
):
    release = publish()
    step(worker)
    responses.clear()
    monkeypatch.setattr("pressroom.wsgi.cached_application.application", None)
    addresses = ["/", "/es/releases/", "/feeds/releases.atom", release.get_absolute_url()]
    for address in addresses:
        assert visitor.get(address, headers={"Host": "localhost"}).status_code == 200, address


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_page_behind_a_proxy_is_answered_before_django(
    publish, visitor, settings, monkeypatch, scheme
):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    address = publish().get_absolute_url()
    step(Worker(f"{scheme}://localhost"))
    responses.clear()
    monkeypatch.setattr("pressroom.wsgi.cached_application.application", None)
    headers = {"Host": "localhost", "X-Forwarded-Proto": scheme}
    assert visitor.get(address, headers=headers).status_code == 200


def test_only_pages_that_show_a_change_are_rendered_again(publish, worker, rendered, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    releases = [publish(NOON - hours * HOUR, title=f"Release {hours}") for hours in range(5)]
    step(worker)
    rendered.clear()

    publishing.withdraw(releases[3], "It was wrong.")
    step(worker)

    assert {releases[number].get_absolute_url() for number in (2, 4)} <= {*rendered}
    assert releases[0].get_absolute_url() not in rendered
    assert "/feeds/releases.atom" in rendered


def publish_in(publish, *languages):
    """Publish a release in each of the languages, an hour apart; return them, oldest first."""
    first = NOON - len(languages) * HOUR
    return [publish(first + n * HOUR, language=each) for n, each in enumerate(languages)]


def test_neighbors_in_the_language_of_a_new_release_are_rendered_again(
    publish, worker, rendered, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    oldest, old, *_ = publish_in(publish, "fr", "fr", "vi", "vi", "vi")
    step(worker)
    rendered.clear()

    publish(NOON, language="fr")
    step(worker)

    assert old.get_absolute_url() in rendered
    assert oldest.get_absolute_url() not in rendered


def test_neighbors_in_both_languages_of_a_release_are_rendered_again(
    publish, worker, rendered, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    english, french, _, _, changed = publish_in(publish, "en", "fr", "vi", "vi", "en")
    step(worker)
    rendered.clear()

    Release.objects.filter(pk=changed.pk).update(language="fr")
    step(worker)

    assert {each.get_absolute_url() for each in (english, french)} <= {*rendered}


def test_neighbors_of_the_same_moment_are_rendered_again(publish, worker, rendered, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    releases = [publish(NOON - HOUR, title=f"Release {number}") for number in range(7)]
    step(worker)
    rendered.clear()

    publishing.withdraw(releases[3], "It was wrong.")
    step(worker)

    shown = [number for number in range(7) if releases[number].get_absolute_url() in rendered]
    assert shown == [2, 4]


def test_all_pages_are_looked_at_after_a_change_of_all(publish, worker, rendered):
    address = publish().get_absolute_url()
    step(worker)
    rendered.clear()
    Topic.objects.create(name="Water", slug="water")
    step(worker)
    assert address in rendered


def test_lists_and_pages_that_show_it_are_rendered_at_the_lift_of_an_embargo(
    publish, worker, rendered, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    hours = (-1, 0, 1, 2)
    new, newest, old, oldest = (
        publish(NOON - hour * HOUR, title=f"Release {hour}").get_absolute_url() for hour in hours
    )
    step(worker)
    assert new not in rendered
    rendered.clear()

    monkeypatch.setattr(timezone, "now", lambda: NOON + HOUR)
    step(worker)

    assert {new, newest, "/"} <= {*rendered}
    assert {old, oldest}.isdisjoint(rendered)


def test_lift_is_looked_at_again_after_an_error(publish, worker, rendered, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    new, newest = (publish(NOON - hour * HOUR).get_absolute_url() for hour in (-1, 0))
    step(worker)
    rendered.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOON + HOUR)
    with monkeypatch.context() as broken:
        broken.setattr(rendering_ahead, "_showing", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            step(worker)

    step(worker)

    assert {new, newest, "/"} <= {*rendered}


def test_only_lists_are_rendered_on_a_new_day(publish, worker, rendered, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    address = publish(NOON - HOUR).get_absolute_url()
    step(worker)
    rendered.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOON + 24 * HOUR)
    step(worker)
    assert "/" in rendered
    assert address not in rendered


def test_nothing_is_rendered_while_nothing_changes(publish, worker, rendered):
    publish()
    step(worker)
    rendered.clear()
    step(worker)
    assert rendered == []


def test_worker_goes_on_where_it_stopped(publish, worker, rendered, monkeypatch):
    addresses = [publish(title=f"Release {number}").get_absolute_url() for number in range(3)]
    monkeypatch.setattr(rendering_ahead, "WORK", 0)
    for _ in range(30):
        step(worker)
    assert {*addresses} <= {*rendered}
    assert len(rendered) == len({*rendered})


def test_pages_wait_for_their_turn_while_others_change(publish, worker, rendered, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    releases = [publish(NOON - hours * HOUR, title=f"Release {hours}") for hours in range(10)]
    step(worker)
    rendered.clear()
    monkeypatch.setattr(rendering_ahead, "WORK", 0)

    for number in (8, 1):
        publishing.withdraw(releases[number], "It was wrong.")
        step(worker)
    for _ in range(40):
        step(worker)

    addresses = {releases[number].get_absolute_url() for number in (9, 7, 2, 0)}
    assert addresses <= {*rendered[:16]}
    assert len(rendered) == len({*rendered})


def test_pages_of_changes_and_all_others_progress_while_releases_are_published(
    publish, worker, rendered, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    old = [publish(NOON - hours * HOUR, title=f"Release {hours}") for hours in (3, 4)]
    monkeypatch.setattr(rendering_ahead, "WORK", 0)

    new = []
    for minutes in range(1, 6):
        new.append(publish(NOON - HOUR + minutes * HOUR / 60, title=f"New {minutes}"))
        for _ in range(2):
            step(worker)

    assert rendered[0] == "/"
    assert new[0].get_absolute_url() in rendered
    assert {release.get_absolute_url() for release in old} & {*rendered}


def test_when_very_many_pages_wait_all_are_looked_at(publish, worker, rendered, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    releases = [publish(NOON - hours * HOUR, title=f"Release {hours}") for hours in range(5)]
    step(worker)
    rendered.clear()
    monkeypatch.setattr(rendering_ahead, "MAX_WAITING", 1)

    publishing.withdraw(releases[4], "It was wrong.")
    step(worker)

    assert releases[0].get_absolute_url() in rendered


def test_canonical_address_of_the_office_counts_and_without_any_nothing_is_rendered(
    publish, rendered
):
    publish()
    worker = Worker()
    step(worker)
    assert rendered == []
    publishing.save_office(Office(name="Elm County", origin=ORIGIN))
    step(worker)
    assert "/" in rendered


def test_only_what_is_kept_is_rendered(publish, worker, rendered, file, monkeypatch, settings):
    address = publish().get_absolute_url()
    monkeypatch.setattr(file, "max_bytes", 0)
    settings.DEBUG = True  # pages are not stored in the database
    step(worker)
    assert rendered == []
    settings.DEBUG = False
    step(worker)
    assert rendered == [address, f"/es{address}"]


def test_page_that_fails_is_logged_and_left_until_it_changes(
    publish, worker, rendered, caplog, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    failing, other = (publish(NOON - hours * HOUR, title=f"Release {hours}") for hours in (1, 2))
    with monkeypatch.context() as broken:
        broken.setattr("releases.web.views.releases.page.page_context", None)
        step(worker)
    assert f"Internal Server Error: {failing.get_absolute_url()}" in caplog.text
    assert "TypeError: 'NoneType' object is not callable" in caplog.text
    assert other.get_absolute_url() in rendered

    rendered.clear()
    step(worker)
    assert rendered == []

    publishing.withdraw(other, "It was wrong.")
    step(worker)
    assert failing.get_absolute_url() in rendered


def test_pages_rendered_ahead_are_not_in_the_log(publish, worker, caplog):
    publish()
    with caplog.at_level(logging.INFO, "pressroom.requests"):
        step(worker)
    assert caplog.records == []


def test_pages_rendered_ahead_leave_the_cache_of_the_process_to_readers(publish, worker, visitor):
    addresses = [publish(title=f"Release {number}").get_absolute_url() for number in range(3)]
    visitor.get(addresses[0], headers={"Host": "localhost"})
    kept = [*responses._entries]
    for _ in range(2):
        step(worker)
        worker = Worker(ORIGIN)  # finds all in the file
    assert [*responses._entries] == kept


def test_pages_rendered_ahead_displace_no_others(publish, worker, file, monkeypatch):
    monkeypatch.setattr(file, "max_bytes", 40_000)
    file.store("of a reader", b"stored", edition.fingerprint())
    for number in range(3):
        publish(title=f"Release {number}")
    step(worker)
    assert file.find("of a reader", edition.fingerprint()) == b"stored"
