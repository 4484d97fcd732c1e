"""security.txt."""

import re


def test_security_txt_names_contact_and_expiry(client):
    text = client.get("/.well-known/security.txt").text

    assert "Contact: mailto:security@example.gov\n" in text
    assert re.search(r"Expires: \d{4}-\d\d-\d\dT00:00:00Z\n", text)


def test_security_txt_needs_a_contact(client, settings, db):
    settings.SECURITY_CONTACT = ""

    assert client.get("/.well-known/security.txt").status_code == 404
