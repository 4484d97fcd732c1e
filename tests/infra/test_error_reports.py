"""Django's error reports print the settings."""

from tests.infra.storage.test_storage_settings import NOWHERE, run_python

SHOWN = """
import base64, django, os
secret = base64.b64encode(b"hush" * 8).decode()
os.environ["WEBHOOKS"] = f"https://hook.example.org/#whsec_{secret}"
django.setup()
from django.views.debug import get_default_exception_reporter_filter
from pressroom.infra.mail_settings import read_email_url
reports = get_default_exception_reporter_filter()
print(reports.get_safe_settings())
print(reports.cleanse_setting("EMAIL", read_email_url("anymail://mailgun?sender=hush")))
"""
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "pressroom.settings",
    "DATABASE_URL": NOWHERE.replace("nobody", "nobody:hush"),
    "DATABASE_REPLICA_URL": NOWHERE.replace("nobody", "nobody:hush"),
    "SEARCH_URL": "opensearch://press:hush@search.example.gov/press",
    "CACHE_URL": "redis://press:hush@cache.example.gov",
    "BOUNCE_MAILBOX": "imaps://press:hush@mail.example.gov/INBOX",
    "EMAIL_URL": "smtp://press:hush@mail.example.gov",
    "DEFAULT_FROM_EMAIL": "press@example.gov",
}


def test_no_setting_shows_a_password(tmp_path):
    shown = run_python(SHOWN, VAR_DIR=str(tmp_path), **SETTINGS)

    assert "'DEFAULT_FROM_EMAIL': 'press@example.gov'" in shown.stdout, shown.stderr
    assert "ProviderBackend" in shown.stdout
    assert "hush" not in shown.stdout
