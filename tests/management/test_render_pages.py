import datetime
import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from pressroom.infra.cache.file_store import FileStore
from releases import publishing
from releases.models import Office, Release, RenderedPage
from releases.web.response_cache import shared
from releases.web.response_cache.store import responses

pytestmark = pytest.mark.django_db(transaction=True)
ORIGIN = "http://localhost"


def render(**options: str) -> str:
    shown = io.StringIO()
    call_command("render_pages", stdout=shown, **options)
    return shown.getvalue()


def test_each_public_release_is_rendered_in_each_language(publish, make_release):
    publish()
    publish(release_at=timezone.now() + datetime.timedelta(days=1))
    make_release()

    assert render(origin=ORIGIN) == "2 pages are rendered.\n"

    pages = RenderedPage.objects.values_list("release__title", "language")
    assert {language for _, language in pages} == dict(settings.LANGUAGES).keys()
    assert RenderedPage.objects.count() == len(settings.LANGUAGES)


def test_readers_get_what_was_rendered(publish, visitor):
    address = publish().get_absolute_url()
    render(origin=ORIGIN)
    RenderedPage.objects.filter(language="en").update(html="rendered")
    responses.clear()
    assert visitor.get(address, headers={"Host": "localhost"}).content == b"rendered"


def test_first_request_is_answered_before_django(publish, visitor, monkeypatch, tmp_path):
    address = publish().get_absolute_url()
    responses.clear()
    monkeypatch.setattr(shared, "file", FileStore(tmp_path / "file", 10**6))
    render(origin=ORIGIN)
    responses.clear()
    monkeypatch.setattr("pressroom.wsgi.cached_application.application", None)
    assert visitor.get(address, headers={"Host": "localhost"}).status_code == 200


def test_canonical_address_of_the_office_is_the_origin(publish):
    publish()
    with pytest.raises(CommandError, match="Set SITE_ORIGIN, or pass --origin"):
        render()
    publishing.save_office(Office(name="Elm County", origin="http://localhost"))
    assert render() == "2 pages are rendered.\n"
    assert Release.objects.get().rendered_pages.filter(html__contains="http://localhost/").exists()


def test_origin_that_the_site_refuses_is_named(publish):
    publish()
    with pytest.raises(CommandError, match=r"2 answered 400\. Is http://other\.example how"):
        render(origin="http://other.example")
