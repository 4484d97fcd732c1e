from django.urls import reverse

from releases.models import AuditEntry, MissedAddress, Redirect
from releases.web import missed_addresses

LIST = reverse("admin:releases_missedaddress_changelist")
ADD = reverse("admin:releases_redirect_add")


def test_a_missed_address_becomes_a_redirect_with_one_click(client, ada):
    missed_addresses.counter.add("/news/page.aspx?id=7")
    page = client.get(LIST)
    link = f"{ADD}?address=%2Fnews%2Fpage.aspx%3Fid%3D7"
    assert f'<a href="{link}"' in page.text

    form = client.get(link)
    assert 'value="/news/page.aspx?id=7"' in form.text
    client.post(ADD, {"address": "/news/page.aspx?id=7", "target": "/topics/", "status": 301})

    assert client.get("/news/page.aspx?id=7").headers["Location"] == "/topics/"
    assert not MissedAddress.objects.exists()
    assert AuditEntry.objects.latest("id").by == ada


def test_refused_redirect_says_why(client, ada):
    sent = {"address": "/old", "target": "/nowhere", "status": 301}

    page = client.post(ADD, sent)

    assert "“/nowhere” is not a page of this site." in page.text
    assert not Redirect.objects.exists()
    for odd in ("http://[", "\\", "/" + "é" * 499, "https://[x"):
        assert client.post(ADD, {**sent, "address": odd, "target": odd}).status_code == 200


def test_publishers_see_addresses_and_writers_do_not(client, staff):
    for role, status in (("publisher", 200), ("writer", 403)):
        client.force_login(staff(role))
        assert client.get(LIST).status_code == status
