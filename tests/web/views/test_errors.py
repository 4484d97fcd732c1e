"""Error responses while a server fails."""

import errno
import re

import pytest
from django.core.exceptions import BadRequest, DisallowedHost, PermissionDenied
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.test import Client
from django.views.defaults import permission_denied, server_error

from pressroom.infra.storage.errors import StorageUnreachableError
from releases.models import Release
from releases.output.renditions.pdf import TypesettingError
from releases.web.views import errors


@pytest.fixture
def broken(monkeypatch):
    """Return a function that makes `published` raise an error and returns a client."""

    def breaks(error):
        def published(*arguments):
            raise error

        monkeypatch.setattr(type(Release.objects.all()), "published", published)
        return Client(raise_request_exception=False)

    return breaks


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("terminating connection due to administrator command"),
        DatabaseError("server closed the connection unexpectedly"),
        InterfaceError("connection already closed"),
        OSError(errno.ENOSPC, "No space left on device"),
        StorageUnreachableError("The bucket does not answer"),
    ],
)
def test_temporary_failures_are_503_with_retry_after(broken, error, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = broken(error).get("/releases/2012/")

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert "Back in a moment" in page.text
    assert '<h2 id="contact">' in page.text
    assert "Office of the Attorney General" in page.text


def test_page_of_a_failed_database_leads_to_no_page_that_fails_as_well(broken, db):
    page = broken(OperationalError()).get("/releases/2012/").text

    links = re.findall(r'<a [^>]*href="([^"]*)"', page)
    assert [link for link in links if not link.startswith(("mailto:", "tel:"))] == [
        "#main",
        "/",
        "",
    ]
    assert "<form" not in page
    assert "ask the press contact" in page


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        StorageUnreachableError("The bucket does not answer"),
        TypesettingError("The PDF took too long"),
    ],
)
def test_page_of_a_failed_file_leads_to_other_pages(broken, error, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = broken(error).get("/releases/2012/").text

    assert page.count('href="/releases/"') == 2  # header and footer
    assert 'role="search"' in page
    assert "The archive is unavailable" not in page


def test_staff_are_not_sent_to_the_press_contact(rf, db):
    try:
        raise OperationalError
    except OperationalError:
        page = errors.server_error(rf.post("/admin/releases/release/add/"))

    assert "Back in a moment" in page.text
    assert "ask the press contact" not in page.text


def test_api_error_is_a_problem_document(broken, db):
    answer = broken(OperationalError()).get("/api/v1/releases/")

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Unavailable"

    answer = broken(ValueError("a mistake")).get("/api/v1/releases/")

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"]) == (500, 500)


@pytest.mark.parametrize("mistake", [ValueError("a mistake"), IntegrityError("a mistake")])
def test_mistake_of_ours_is_500(broken, mistake, db):
    page = broken(mistake).get("/releases/2012/")

    assert page.status_code == 500
    assert "Retry-After" not in page.headers
    assert "a mistake" not in page.text


def test_error_page_has_links_and_needs_no_database(rf):
    answer = server_error(rf.get("/"))

    assert answer.status_code == 500
    assert b'<a href="/releases/">' in answer.content


def test_refused_form_gets_a_page_that_leads_on(db):
    forged = Client(enforce_csrf_checks=True).post("/search/")

    assert forged.status_code == 403
    assert "Office of the Attorney General" in forged.text
    assert 'href="/"' in forged.text


@pytest.mark.parametrize(("error", "links"), [(BadRequest(), 2), (DisallowedHost(), 0)])
def test_unreadable_request_leads_on_unless_its_host_is_unknown(rf, db, error, links):
    page = errors.bad_request(rf.get("/"), error)

    assert page.status_code == 400
    assert "Office of the Attorney General" in page.text
    assert page.text.count('href="/"') == links


def test_unknown_host_leads_to_the_known_one(client, settings, db):
    settings.SITE_ORIGIN = "https://press.example.gov"

    page = client.get("/", HTTP_HOST="elsewhere.example").text

    assert '<a href="https://press.example.gov/">home page</a>' in page


def test_api_client_with_an_unknown_host_gets_a_problem_document(client, db):
    answer = client.get("/api/v1/releases/", HTTP_HOST="elsewhere.example")

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_page_without_permission_leads_to_the_desk(rf, db):
    page = permission_denied(rf.get("/admin/"), PermissionDenied())

    assert page.status_code == 403
    assert "ask an administrator of this site" in page.content.decode()
    assert 'href="/admin/"' in page.content.decode()


def test_a_long_wait_is_said_in_minutes(rf, db):
    assert "Try again in 60 minutes." in errors.too_many_requests(rf.get("/"), 3600).text
    assert "Try again in 20 seconds." in errors.too_many_requests(rf.get("/"), 20).text


def test_only_a_short_wait_offers_the_files_of_all_releases(rf, db):
    pages = [errors.too_many_requests(rf.get("/"), seconds).text for seconds in (20, 3600)]

    assert ["download the files" in page for page in pages] == [True, False]


@pytest.mark.parametrize("error", [OperationalError(), ValueError("a mistake")])
def test_scripts_of_other_sites_can_read_that_the_api_failed(broken, db, error):
    answer = broken(error).get("/api/v1/releases/")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_scripts_of_other_sites_can_read_that_the_api_refused(rf, client, db):
    refused = errors.too_many_requests(rf.get("/api/v1/releases/"), 20)
    unknown_host = client.get("/api/v1/releases/", HTTP_HOST="elsewhere.example")

    for answer in (refused, unknown_host):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
