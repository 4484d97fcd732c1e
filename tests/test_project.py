"""Properties of every page and of the project as a whole."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core import signing
from django.core.management import call_command

from pressroom.infra import office

PROJECT = Path(__file__).resolve().parent.parent
PUBLIC = ["/", "/releases/", "/search/", "/search/?q=records", "/no-such-page/"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_page_sets_no_cookie_and_carries_the_policies(client, publish, address):
    publish()

    headers = client.get(address).headers

    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_stylesheet_carries_no_policies_of_documents(client, db):
    office.pin(json.dumps({"color": "#7a1f2b"}))

    headers = client.get("/media/colors/7a1f2b.css").headers

    assert headers["Content-Type"].startswith("text/css")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Content-Security-Policy" not in headers
    assert "X-Frame-Options" not in headers


def test_unknown_address_gets_a_page_with_a_way_on(client, db):
    page = client.get("/no/such/page/")

    assert page.status_code == 404
    assert "Page not found" in page.text
    assert 'role="search"' in page.text


def test_proxied_http_redirects_to_https(client, db):
    answer = client.get("/releases/", headers={"X-Forwarded-Proto": "http"})

    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://testserver/releases/"


def test_proxied_https_gets_strict_transport_security(client, db):
    answer = client.get("/", headers={"X-Forwarded-Proto": "https"})

    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_with_https_on_a_plain_request_is_sent_to_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/").headers["Location"] == "https://testserver/"


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def run_manage(*arguments, **environment):
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
    )


def test_site_refuses_to_start_without_a_secret_key(tmp_path):
    result = run_manage("check", VAR_DIR=str(tmp_path))

    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr


GUESSABLE = [
    "x",
    "changeme" * 8,
    "k" * 60,
    "0123456789abcdef" * 3,
    "django-insecure-" + "aB3x" * 15,
]


@pytest.mark.parametrize("key", GUESSABLE)
def test_weak_secret_key_is_refused_with_a_message(tmp_path, key):
    for name in ("SECRET_KEY", "SECRET_KEY_FALLBACKS"):
        keys = {"SECRET_KEY": settings.SECRET_KEY, name: key}
        result = run_manage("check", VAR_DIR=str(tmp_path), **keys)

        assert result.returncode == 1
        assert f"{name} is too short or guessable" in result.stderr
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "origin",
    [
        *("press.example.gov", "ftp://a.example", "https://a.example/b", "https://c.example"),
        "http://[x",
    ],
)
def test_foreign_origin_is_refused_with_a_message(tmp_path, origin):
    given = {"SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "a.example,press.example.gov"}
    result = run_manage("check", VAR_DIR=str(tmp_path), SITE_ORIGIN=origin, **given)

    assert result.returncode == 1
    assert f"SITE_ORIGIN is '{origin}'" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", ["https://press.example.gov", "two words", "a,b", "-.example"])
def test_invalid_feed_authority_is_refused_with_a_message(tmp_path, name):
    given = {"SECRET_KEY": settings.SECRET_KEY, "VAR_DIR": str(tmp_path)}
    result = run_manage("check", FEED_ID_AUTHORITY=name, **given)

    assert result.returncode == 1
    assert f"FEED_ID_AUTHORITY is {name!r}" in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_is_not_served_in_production(tmp_path):
    given = {"VAR_DIR": str(tmp_path), "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    result = run_manage("serve", DEBUG="1", SECRET_KEY=settings.SECRET_KEY, **given)

    assert result.returncode == 1
    assert "DEBUG=1 shows settings and code to everyone" in result.stderr
    assert "Traceback" not in result.stderr


def test_deployment_check_is_silent():
    command = ("check", "--deploy", "--fail-level", "WARNING")
    result = run_manage(*command, SECRET_KEY=settings.SECRET_KEY, SITE_ORIGIN="https://localhost")

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_unknown_https_mode_is_named():
    result = run_manage("check", SECRET_KEY=settings.SECRET_KEY, HTTPS="maybe")

    assert "HTTPS is 'maybe'" in result.stderr


def test_every_dependency_has_a_reason():
    lines = (PROJECT / "pyproject.toml").read_text().splitlines()
    project = tomllib.loads("\n".join(lines))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["test"]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra

    for dependency in wanted:
        line = next(line for line in lines if f'"{dependency}"' in line)
        assert len(line.partition("#")[2]) > 10, f"{dependency} does not say why it is here"


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-anymail.txt",
        "requirements-redis.txt",
        "requirements-s3.txt",
    ],
)
def test_lock_pins_every_package_with_hashes(name):
    lock = (PROJECT / name).read_text()

    pinned = [line for line in lock.splitlines() if line[:1].isalnum()]
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_newer_pyenv_python_is_found(tmp_path):
    for tool in ("sh", "ls", "sort"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    programs = {"pyenv": f"echo {tmp_path}"}
    programs |= {f"versions/3.{n}/bin/python3": f"exit {int(n < 12)}" for n in (9, 11, 12, 13)}
    for name, script in programs.items():
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!{tmp_path}/sh\n{script}\n")
        program.chmod(0o755)

    command = [shutil.which("make"), "--silent", "--eval", "shown: ; $(info $(NEWER_PYTHON))"]
    shown = subprocess.run(
        [*command, "shown"],
        cwd=PROJECT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout == f"{tmp_path}/versions/3.13/bin/python3\n"


def test_cookies_are_bound_to_this_host_where_there_is_tls():
    names = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME)"

    for https, expected in (
        ("on", "__Host-sessionid"),
        ("proxy", "__Host-sessionid"),
        ("off", "sessionid"),
    ):
        shown = run_manage(
            "shell", "-v0", "-c", names, SECRET_KEY=settings.SECRET_KEY, HTTPS=https
        ).stdout
        assert shown.startswith(expected)


def test_signatures_of_a_former_secret_key_stay_valid(settings):
    signed = signing.dumps("a link")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10

    assert signing.loads(signed) == "a link"
