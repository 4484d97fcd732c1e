"""EMAIL_URL becomes Django's settings, or is refused without showing its password."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from pressroom.infra.mail_settings import read_email_url, read_sender


def test_plain_scheme_demands_starttls():
    found = read_email_url("smtp://ana%40example.gov:p%2Fw@mail.example.gov")

    assert found == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.gov",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "ana@example.gov",
        "EMAIL_HOST_PASSWORD": "p/w",
        "EMAIL_USE_SSL": False,
        "EMAIL_USE_TLS": True,
    }


def test_smtps_speaks_tls_from_the_start():
    found = read_email_url("smtps://u:p@mail.example.gov")

    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (
        465,
        True,
        False,
    )


def test_nothing_is_sent_without_an_address():
    assert read_email_url("")["EMAIL_BACKEND"].endswith("dummy.EmailBackend")


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.gov",
        "http://u:secret@host",
        "smtp://",
        "smtp://u:secret@host:x",
        "smtp://u:secret@host?tls=maybe",
        "smtp://u:secret@[x",
    ],
)
def test_unreadable_address_is_refused_without_its_password(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL cannot be read") as refused:
        read_email_url(url)

    assert "secret" not in str(refused.value)


def test_sender_defaults_to_the_account():
    email = read_email_url("smtp://press%40example.gov:p@host")

    assert read_sender("", email) == "press@example.gov"
    assert read_sender("Desk <desk@example.gov>", email) == "Desk <desk@example.gov>"
    with pytest.raises(ImproperlyConfigured, match="DEFAULT_FROM_EMAIL"):
        read_sender("", read_email_url("smtp://relay@host"))
