"""Valid and invalid values of CACHE_URL; redis is not imported without one."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from pressroom.infra import cache
from tests.infra.storage.test_storage_settings import NOWHERE, run_python

IN_PROCESS = {name: {"BACKEND": "in the process"} for name in ("default", "shared", "throttle")}


def entries(address):
    return cache.cache_settings(address, IN_PROCESS)


def test_without_a_url_all_caches_are_in_the_process():
    assert entries("") == IN_PROCESS


def test_default_cache_stays_in_the_process():
    assert entries("redis://cache")["default"] == IN_PROCESS["default"]


@pytest.mark.parametrize(
    ("address", "server", "login"),
    [
        ("redis://cache", "redis://cache:6379/0", {}),
        ("redis://cache/", "redis://cache:6379/0", {}),
        ("rediss://cache.example.gov:6380/2", "rediss://cache.example.gov:6380/2", {}),
        ("redis://[::1]:6380", "redis://[::1]:6380/0", {}),
        ("redis://:hush@10.0.0.5", "redis://10.0.0.5:6379/0", {"password": "hush"}),
        (
            "redis://press:p%40ss%2Fw@cache",
            "redis://cache:6379/0",
            {"username": "press", "password": "p@ss/w"},
        ),
    ],
)
def test_server_and_login_are_read(address, server, login):
    for name in ("shared", "throttle"):
        assert entries(address)[name]["LOCATION"] == server
        assert entries(address)[name]["OPTIONS"] == login


@pytest.mark.parametrize(
    "address",
    [
        "memcached://hush@cache",
        "cache:6379",
        "redis://",
        "redis://hush@cache",
        "redis://press:@cache",
        "redis://press:hu/sh@cache",
        "redis://press:hu@sh@cache",
        "redis://press:hu[sh]@cache",
        "redis://press:hush@cache:port",
        "redis://press:hush@cache:65536",
        "redis://press:hush@[::::1]",
        "redis://press:hush@cache..example.gov",
        "redis://press:hush@cache/name",
        "redis://press:hush@cache/0?db=1",
        "redis://press:hush@ℂache",
        " redis://press:hush@cache",
        "redis://press:hush@cache\n",
    ],
)
def test_invalid_url_is_refused_without_repeating_the_password(address):
    with pytest.raises(ImproperlyConfigured, match="redis://user:password@") as refused:
        entries(address)

    assert str(refused.value).startswith("CACHE_URL is not valid")
    assert "hu" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_invalid_url_stops_the_site_at_startup():
    refused = run_python("import pressroom.settings", CACHE_URL="redis://press:hush@cache:port")

    assert refused.returncode != 0
    assert "CACHE_URL is not valid" in refused.stderr
    assert "hush" not in refused.stderr


def test_missing_client_is_reported_with_the_command_to_install_it():
    without = "import sys; sys.modules['redis'] = None; import pressroom.settings"

    refused = run_python(without, CACHE_URL="redis://press:hush@cache")

    assert "pip install --require-hashes -r requirements-redis.txt" in refused.stderr
    assert "hush" not in refused.stderr


USED = "import sys, pressroom.wsgi; from django.core.cache import caches; "
USED += "[caches[name].get_or_set('key', b'x') for name in ('default', 'shared')]; "
USED += "caches['throttle'].add('key', 1); print('redis' in sys.modules)"


@pytest.mark.parametrize(
    ("address", "loaded"), [("", "False\n"), ("redis://127.0.0.1:1", "True\n")]
)
def test_redis_is_imported_only_where_it_is_used(tmp_path, address, loaded):
    (tmp_path / "static").mkdir()

    used = run_python(USED, VAR_DIR=str(tmp_path), DATABASE_URL=NOWHERE, CACHE_URL=address)

    assert used.stdout == loaded, used.stderr


def test_debug_page_shows_no_password(tmp_path):
    shown = "import django; django.setup(); from django.views.debug import get_default_exception_"
    shown += "reporter_filter as f; print(f().get_safe_settings()['CACHES'])"
    asked = {"DJANGO_SETTINGS_MODULE": "pressroom.settings", "CACHE_URL": "redis://:hush@cache"}

    told = run_python(shown, VAR_DIR=str(tmp_path), DATABASE_URL=NOWHERE, **asked).stdout

    assert "redis://cache:6379/0" in told
    assert "hush" not in told
