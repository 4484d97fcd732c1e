"""Redirects that staff make, and those that are refused."""

import pytest

from releases import publishing
from releases.content.legacy_keys import legacy_key
from releases.models import AuditEntry, LegacyURL, MissedAddress, Redirect

pytestmark = pytest.mark.django_db


def made(address, target, status=301):
    return publishing.save_redirect(Redirect(address=address, target=target, status=status))


@pytest.fixture
def moved(publish):
    release = publish()
    url = "http://old.example.gov/pr.asp?id=1"
    LegacyURL.objects.create(release=release, url=url, key=legacy_key(url))
    return release


@pytest.mark.parametrize(
    ("address", "target", "sentence"),
    [
        ("/old", "//evil.example", "nor a complete https:// address"),
        ("/old", "/\\evil.example", "nor a complete https:// address"),
        ("/old", "http://other.example/", "nor a complete https:// address"),
        ("/old", "javascript:alert(1)", "nor a complete https:// address"),
        ("/old", "https://", "nor a complete https:// address"),
        ("/old", "/nowhere", "not a page of this site"),
        ("/old", "", "Give the address"),
        ("/old", "/OLD/", "back to itself"),
        ("/?p=5", "/?p=5", "back to itself"),
        ("old", "/releases/", "not the address of a page"),
        ("/releases/", "/topics/", "a page of this site"),
        ("/es/about/", "/topics/", "a page of this site"),
        ("/releases/?topic=water", "/topics/", "a page of this site"),
        ("/admin/x", "/topics/", "a page of this site"),
        ("/static/css/base.css", "/topics/", "a page of this site"),
        ("http://testserver/releases/", "/topics/", "a page of this site"),
        ("/pr.asp?id=1", "/topics/", "leads to a release"),
    ],
)
def test_redirect_is_refused_by_a_sentence(moved, settings, address, target, sentence):
    settings.ALLOWED_HOSTS = ["testserver"]

    with pytest.raises(publishing.ActionRefusedError, match=sentence):
        made(address, target)


def test_second_redirect_of_an_address_is_refused():
    made("/old", "/releases/")

    with pytest.raises(publishing.ActionRefusedError, match="already has a redirect"):
        made("/Old/index.html", "/topics/")


def test_redirects_lead_to_the_end_of_a_chain_and_never_in_a_circle(moved):
    made("/b", "/releases/")

    assert made("/a", "/b").target == "/releases/"
    assert made("/c", "/pr.asp?id=1").target == moved.get_absolute_url()
    Redirect.objects.filter(key="/b").update(target="/a")
    changed = Redirect.objects.get(key="/a")
    changed.target = "/b"
    with pytest.raises(publishing.ActionRefusedError, match="back to itself"):
        publishing.save_redirect(changed)


def test_redirects_leave_audit_entries_and_the_report(staff):
    MissedAddress.objects.create(key="/old", address="/old", hits=3, last_seen="2024-05-14")
    ana = staff("administrator", "Ana")

    redirect = publishing.save_redirect(Redirect(address="/old", target="/releases/"), by=ana)
    redirect.target = "/topics/"
    publishing.save_redirect(redirect, by=ana)
    publishing.delete_redirects([redirect], by=ana)

    found = [
        (entry.action, entry.subject, entry.why) for entry in AuditEntry.objects.filter(by=ana)
    ]
    assert found == [
        ("redirected", "/old", "/releases/"),
        ("redirect changed", "/old", "/releases/ → /topics/"),
        ("redirect deleted", "/old", "/topics/"),
    ]
    assert not MissedAddress.objects.exists()
