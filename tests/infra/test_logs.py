"""One log line per request, without personal data."""

import io
import json
import logging
import sys

import pytest
from django.test import Client

from pressroom.infra.logs import JSONFormatter, MaskingFormatter, log_request, mask_secrets


@pytest.fixture
def lines(monkeypatch, caplog):
    """Return the JSON lines logged under `pressroom`."""
    caplog.set_level(logging.INFO, logger="pressroom")
    return lambda: [json.loads(JSONFormatter().format(record)) for record in caplog.records]


def test_request_keeps_a_well_formed_id(client, db, lines):
    response = client.get("/health/live", headers={"X-Request-ID": "0123abcd-front"})

    assert response.headers["X-Request-ID"] == "0123abcd-front"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "two words", 'quote"{}', "line\nfeed"])
def test_request_without_an_id_gets_one(client, db, given):
    first, second = (client.get("/health/live", headers={"X-Request-ID": given}) for _ in "12")

    assert len(first.headers["X-Request-ID"]) == 32
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


def test_log_line_has_path_and_status_but_no_personal_data(client, db, lines):
    client.get("/releases/?topic=my+neighbour", headers={"User-Agent": "Somebody's"})

    [line] = lines()
    assert (line["message"], line["path"], line["status"]) == ("GET", "/releases/", 200)
    assert line["milliseconds"] > 0
    assert not any(word in str(line) for word in ("neighbour", "Somebody", "127.0.0.1"))


@pytest.mark.parametrize("form", [JSONFormatter(), MaskingFormatter()])
def test_token_of_a_preview_is_in_no_line(client, db, lines, caplog, form):
    client.get(f"/preview/{'s' * 43}/files/{'0' * 32}/x.png")

    told = [form.format(record) for record in caplog.records]
    assert any("Not Found: /preview/…/files/" in line for line in told)
    assert not any("sss" in line for line in told)


def test_sign_ins_and_refusals_are_logged_without_names(client, staff, lines):
    ana = staff("publisher", "Ana")
    for password in ("not-the-password", "password"):
        client.post("/admin/login/", {"username": "Ana", "password": password})

    told = [line["message"] for line in lines() if line["logger"] == "pressroom.infra.accounts"]
    assert told == ["A sign-in was refused.", f"Account {ana.pk} signed in."]


def test_error_is_one_line_too():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "It broke", (), sys.exc_info())

    line = JSONFormatter().format(record)

    assert "\n" not in line
    assert json.loads(line)["error"].endswith("ValueError: two\nlines")


TOKEN = "q3Vx-9sTkR2mB7wLz_Yc4HnPdF6gJ8eKaU1oXiNvWbS"
MANGLED = [
    "/preview/{}.",
    "/preview//{}",
    "/Preview/{}/",
    "/PREVIEW/{}",
    "/preview/.{}",
    "//preview/{}",
    "/p/{}",
    "/es/preview/{}%20",
    "/preview%2F{}",
    "/{}",
    "/preview/x/{}",
    "/search/?q={}",
    "/preview/={}",
    "/preview/({})",
]


@pytest.mark.parametrize("address", MANGLED)
@pytest.mark.parametrize("form", [JSONFormatter(), MaskingFormatter()])
def test_token_in_a_malformed_url_is_not_logged(client, db, lines, caplog, form, address):
    for token in (TOKEN, TOKEN.lower(), TOKEN.upper(), TOKEN[:30]):
        client.get(address.format(token))
        client.get(address.format("".join(f"%25{ord(letter):02X}" for letter in token)))

    told = " ".join(form.format(record) for record in caplog.records)
    assert '"/' in told or "Not Found" in told or "search" in address
    for part in (TOKEN[5:15], f"{ord(TOKEN[5]):02X}%{ord(TOKEN[6]):02X}"):
        assert part.lower() not in told.lower()


def test_address_with_a_token_does_not_stay_in_memory(lines):
    path = f"/preview/{TOKEN}/"
    before = sys.getrefcount(path)

    log_request("GET", path, 200, 0.0)

    assert lines()[0]["path"] == "/preview/…/"
    assert sys.getrefcount(path) == before


def test_slugs_and_names_of_code_stay_readable():
    for text in (
        "/releases/2012-0001/attorney-general-kamala-d-harris-announces-accord-2012/",
        "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT",
        "in test_request_keeps_a_well_formed_id",
    ):
        assert mask_secrets(text) == text


def test_masking_costs_in_proportion_to_the_length():
    for filler in ("-", "a-", "A", "%41", "_-"):
        assert mask_secrets(filler * 100_000)


@pytest.fixture
def written(monkeypatch):
    """Return a function that returns what the configured handler has written since."""
    [handler] = [one for one in logging.getLogger().handlers if one.name == "stderr"]
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    return stream.getvalue


def test_invalid_host_is_400_and_not_logged_as_an_error(client, db, written):
    answer = client.get("/", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400
    assert written() == ""


def test_other_refusals_of_security_are_logged(db, written):
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "Ana"})

    assert answer.status_code == 403
    assert "WARNING django.security.csrf: Forbidden (CSRF cookie not set.)" in written()


def test_error_of_ours_is_logged(written):
    logging.getLogger("releases").error("The index is gone.")

    assert "ERROR releases: The index is gone." in written()
