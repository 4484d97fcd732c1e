"""WEBHOOKS, WEBSUB_HUB and INDEXNOW_KEY."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from pressroom.infra import call_settings

SECRET = base64.b64encode(b"s" * 32).decode()


def test_webhooks_are_urls_with_a_secret_each():
    setting = f"https://a.example/hook#whsec_{SECRET} https://b.example/#whsec_{SECRET}"

    assert call_settings.read_webhooks(setting) == {
        "https://a.example/hook": b"s" * 32,
        "https://b.example/": b"s" * 32,
    }
    assert call_settings.read_webhooks("") == {}


@pytest.mark.parametrize(
    "setting",
    [
        "https://a.example/hook",
        f"http://a.example/hook#whsec_{SECRET}",
        "https://a.example/hook#whsec_c2hvcnQ=",
        "https://a.example/hook#whsec_***",
        f"https://[x/#whsec_{SECRET}",
    ],
)
def test_unusable_webhook_is_refused_without_its_secret(setting):
    with pytest.raises(ImproperlyConfigured, match="WEBHOOKS") as refusal:
        call_settings.read_webhooks(setting)

    assert SECRET not in str(refusal.value)


def test_key_of_indexnow_is_checked():
    assert call_settings.read_indexnow_key("0123456789abcdef") == "0123456789abcdef"
    with pytest.raises(ImproperlyConfigured, match="INDEXNOW_KEY"):
        call_settings.read_indexnow_key("../x")
