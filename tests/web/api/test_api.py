"""API: pages without gaps or repeats, errors in sentences, an accurate description."""

import csv
import datetime
import io
import json

import openapi_spec_validator
import pytest
from django.test import Client
from django.utils import timezone
from haystack import connections

from releases import publishing
from releases.models import Release, Topic
from releases.output.renditions import json_document
from releases.search import worker
from releases.web.api import views

LIST = "/api/v1/releases/"


def day(number):
    return datetime.datetime(2024, 5, number, tzinfo=datetime.UTC)


def numbers(page):
    return [release["number"] for release in page["releases"]]


def walk(client, address, between=lambda: None):
    """Return the numbers on all pages from that URL on, calling `between` after each page."""
    found = []
    while address:
        page = client.get(address).json()
        found += numbers(page)
        address = page["next"]
        between()
    return found


def test_release_has_the_shape_of_its_download(client, publish):
    release = publish()

    told = client.get(f"{LIST}{release.number}/").json()

    assert told == client.get(f"/releases/{release.number}.json").json()
    assert client.get(LIST).json()["releases"] == [told]


def test_pages_list_every_release_once_while_others_are_published(client, publish):
    old = [publish(day(1 + n // 2)).number for n in range(7)]  # pairs of the same moment

    found = walk(client, f"{LIST}?limit=2", between=lambda: publish(timezone.now()))

    assert found == old[::-1]


def test_page_of_long_texts_has_fewer_releases(client, publish, monkeypatch):
    monkeypatch.setattr(views, "MOST_WORK", 1_000)
    bodies = ["Short.", "Long. " * 100, "Longer. " * 1_000, "Short again.", "Short, too."]
    published = [publish(day(1 + n), body=body).number for n, body in enumerate(bodies)]

    assert walk(client, LIST) == published[::-1]
    assert numbers(client.get(LIST).json()) == published[:2:-1]


def test_pages_of_a_search_list_every_match_once(client, publish):
    notices = [publish(day(1 + n), title=f"Notice {n}").number for n in range(5)]
    publish(day(3), title="Another")
    worker.sync()

    assert walk(client, f"{LIST}?q=notice&limit=2") == notices[::-1]


def test_filters_and_query_are_those_of_the_site(client, publish):
    publish(title="On Water").topics.add(Topic.objects.create(name="Water", slug="water"))
    publish(title="In Spanish", language="es-MX", date=datetime.date(2023, 1, 1))
    worker.sync()

    def titles(query):
        return [r["title"] for r in client.get(LIST + query).json()["releases"]]

    assert titles("?topic=water") == titles("?q=title:water") == ["On Water"]
    assert titles("?language=es") == titles("?year=2023") == ["In Spanish"]
    assert titles("?from=2023-01-01&to=2023-01-01") == ["In Spanish"]
    assert titles("?q=-water&year=2024") == []


def test_unreadable_parts_of_a_query_are_named(client, publish):
    publish()
    worker.sync()

    assert "quotation" in " ".join(client.get(f'{LIST}?q=county "office').json()["ignored"])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("year=next", "year"),
        ("from=2024-13-01", "from"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=x", "cursor"),
        ("topic=a b", "topic"),
        ("topic=", "topic"),
        ("year=2023&year=2024", "year"),
    ],
)
def test_unreadable_parameter_is_a_problem_naming_it(client, db, query, name):
    answer = client.get(f"{LIST}?{query}")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert name in answer.json()["errors"]


@pytest.mark.parametrize(
    "cursor", ["0-0", "-9999999999999999-1", "9999999999999999-999999999999999999"]
)
def test_every_well_formed_cursor_is_answered(client, publish, cursor):
    publish()

    assert client.get(f"{LIST}?cursor={cursor}").status_code == 200


def test_unchanged_page_is_not_sent_again(client, publish):
    release = publish()
    since = {"If-None-Match": client.get(LIST).headers["ETag"]}

    assert client.get(LIST, headers=since).status_code == 304
    publishing.withdraw(release, "It named the wrong county.")
    assert client.get(LIST, headers=since).status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/releases/{}/", "/releases/{}.json"])
def test_release_is_sent_again_when_it_has_a_new_translation(client, publish, address):
    original, other = publish(), publish()
    address = address.format(original.number)
    since = {"If-None-Match": client.get(address).headers["ETag"]}

    Release.objects.filter(pk=other.pk).update(translation_of=original, language="es")

    assert other.number in client.get(address, headers=since).content.decode()


@pytest.mark.parametrize("query", ["", "q=records&"])
def test_newest_releases_have_numbered_pages(client, publish, query):
    for _ in range(3):
        publish()
    worker.sync()
    every = numbers(client.get(f"{LIST}?{query}").json())

    first = client.get(f"{LIST}?{query}limit=1&page=2").json()

    assert [*numbers(first), *walk(client, first["next"])] == every[1:]


def test_version_is_pinned(client, corrected):
    first = client.get(f"{LIST}{corrected.number}/?v=1").json()

    assert "opened a records office" in first["text"][0]
    assert first["is_latest_version"] is False
    assert client.get(f"{LIST}{corrected.number}/?v=3").json()["status"] == 404
    assert client.get(f"{LIST}{corrected.number}/?v=x").json()["status"] == 400


@pytest.mark.parametrize(("verb", "status"), [(publishing.remove, 410), (publishing.block, 451)])
def test_taken_down_release_is_a_problem_with_its_reason(client, publish, verb, status):
    release = verb(publish(), "It named a minor.", withhold_title=True)

    answer = client.get(f"{LIST}{release.number}/")

    assert (answer.status_code, answer.json()["detail"]) == (status, "It named a minor.")
    assert "Records" not in answer.text


def test_withdrawn_release_redirects_to_its_successor(client, publish):
    successor = publish()
    release = publishing.withdraw(publish(), "Wrong.", successor)

    answer = client.get(f"{LIST}{release.number}/")

    assert answer.headers["Location"] == f"{LIST}{successor.number}/"
    chosen = client.get(f"{LIST}{release.number}/?fields=number,title&v=1")
    assert chosen.headers["Location"] == f"{LIST}{successor.number}/?fields=number%2Ctitle"


def test_parameters_are_read_whatever_has_become_of_the_release(client, publish):
    replaced = publishing.withdraw(publish(), "Wrong.", publish())
    removed = publishing.remove(publish(), "It named a minor.")

    for release in (replaced, removed):
        assert client.get(f"{LIST}{release.number}/?v=0").status_code == 400


@pytest.mark.parametrize(
    "address", ["nowhere", "releases/2024-0009/", "releases/x/", "releases/a%0Ab/", "%0A"]
)
def test_missing_resource_is_a_problem(client, db, address):
    answer = client.get(f"/api/v1/{address}")

    assert (answer.status_code, answer.json()["status"]) == (404, 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(db, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(LIST)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_api_allows_cross_origin_requests(client, publish):
    asked = client.options(LIST, headers={"Origin": "https://example.org"})

    assert asked.status_code == 204
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    for address in (LIST, f"{LIST}?year=x", "/api/v1/releases.csv"):
        assert client.get(address).headers["Access-Control-Allow-Origin"] == "*"


def test_damaged_index_is_503_with_retry_after(client, publish, search_index):
    publish()
    worker.sync()
    for file in search_index.rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")

    answer = client.get(f"{LIST}?q=county")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def streamed(client, address):
    return b"".join(client.get(address)).decode()


def test_csv_can_be_parsed_and_runs_no_formula(client, publish):
    publish(title="=HYPERLINK(1)", contact="+1 555 010 0100\nJane, “Doe”")

    (row,) = csv.DictReader(io.StringIO(streamed(client, "/api/v1/releases.csv"), newline=""))

    assert row["title"] == "'=HYPERLINK(1)"
    assert row["contact"] == "'+1 555 010 0100\nJane, “Doe”"
    assert row["number"] == "2024-0001"


def test_json_lines_have_every_match_in_batches(client, publish, monkeypatch):
    monkeypatch.setattr("releases.web.api.views.BATCH", 2)
    published = [publish(day(1 + n)).number for n in range(5)]

    def given(query=""):
        text = streamed(client, f"/api/v1/releases.jsonl{query}")
        return [json.loads(line)["number"] for line in text.splitlines()]

    assert given() == published[::-1]
    assert given("?limit=3") == published[:1:-1]
    assert given("?year=2023") == []


@pytest.fixture
def notices(publish, monkeypatch):
    """Nine public releases in the index, newest first; streams buffer two at a time."""
    monkeypatch.setattr("releases.web.api.views.BATCH", 2)
    releases = [publish(day(1 + n), title=f"Notice {n}") for n in range(9)]
    worker.sync()
    return releases[::-1]


@pytest.fixture
def once_found(monkeypatch):
    """Return a function that runs `act` once, after the index query and before the database's."""
    engine = type(connections["default"].get_backend())
    find, acts = engine.find, {}

    def found(*args, **options):
        answer = find(*args, **options)
        for pk in acts.keys() & set(answer.ids):
            acts.pop(pk)()
        return answer

    monkeypatch.setattr(engine, "find", found)
    return lambda release, act: acts.update({release.pk: act})


def withdraw(*releases):
    for release in releases:
        publishing.withdraw(release, "It was wrong.")


def told(client, kind, query="?q=notice"):
    text = streamed(client, f"/api/v1/releases.{kind}{query}")
    if kind == "jsonl":
        return [json.loads(line).get("number") for line in text.splitlines()]
    return [row["number"] for row in csv.DictReader(io.StringIO(text, newline=""))]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize("gone", [[4], [4, 5], [4, 5, 6, 7], [8]])
def test_stream_continues_while_releases_are_withdrawn(client, notices, once_found, kind, gone):
    withdrawn = [notices[n] for n in gone]
    once_found(withdrawn[0], lambda: withdraw(*withdrawn))

    assert told(client, kind) == [r.number for r in notices if r not in withdrawn]


def test_pages_of_a_search_continue_when_a_release_is_withdrawn_meanwhile(
    client, notices, once_found
):
    once_found(notices[4], lambda: withdraw(notices[4]))

    found = walk(client, f"{LIST}?q=notice&limit=2")

    assert found == [r.number for r in notices if r != notices[4]]


def test_stream_continues_while_the_index_is_rebuilt(client, notices, once_found):
    engine = connections["default"].get_backend()
    once_found(notices[4], engine.rebuild)

    assert told(client, "jsonl") == [release.number for release in notices]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_interrupted_stream_ends_with_a_message(client, notices, once_found, kind):
    engine = connections["default"].get_backend()
    once_found(notices[5], engine.generations.discard_current)

    text = streamed(client, f"/api/v1/releases.{kind}?q=notice")

    assert notices[5].number in text
    assert notices[6].number not in text
    assert "INCOMPLETE: this list could not be read to its end." in text.splitlines()[-1]


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=notice",
        f"{LIST}?q=notice",
        "/api/v1/releases.csv?q=notice",
        "/feeds/search.atom?q=notice",
    ],
)
def test_mistake_in_the_search_is_500_with_its_traceback(notices, monkeypatch, caplog, address):
    engine = type(connections["default"].get_backend())
    monkeypatch.setattr(engine, "find", lambda *args, **options: 1 / 0)

    answer = Client(raise_request_exception=False).get(address)

    assert answer.status_code == 500
    assert ZeroDivisionError in [r.exc_info[0] for r in caplog.records if r.exc_info]


def test_csv_makes_only_its_own_columns(client, notices, monkeypatch):
    monkeypatch.setitem(json_document.FIELDS, "renditions", lambda edition: 1 / 0)

    assert told(client, "csv") == [release.number for release in notices]


def test_list_costs_the_same_for_any_number(client, publish, django_assert_num_queries):
    for _ in range(5):
        publish()

    with django_assert_num_queries(3):
        client.get(LIST)


def test_description_is_valid_openapi_and_its_addresses_answer(client, publish):
    release = publish()
    api = client.get("/api/v1/openapi.json").json()

    openapi_spec_validator.validate(api)
    for path in api["paths"]:
        assert client.get(path.replace("{number}", release.number)).status_code == 200


def test_docs_page_explains_every_address_and_parameter(client, db):
    page = client.get("/api/v1/docs").text

    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        assert path in page
        for parameter in methods["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page
