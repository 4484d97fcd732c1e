"""Staff can read audit entries but not change them."""

from django.urls import reverse

from releases import publishing


def test_audit_lines_are_listed_and_only_read(client, staff, publish):
    publisher = staff("publisher", "Ana")
    line = publishing.rename(publish(), "new-office", by=publisher).audit_entries.last()
    client.force_login(publisher)

    listed = client.get(reverse("admin:releases_auditentry_changelist")).text
    page = client.post(reverse("admin:releases_auditentry_change", args=[line.pk]), {"why": "x"})

    assert "From county-opens-a-records-office to new-office" in listed
    assert page.status_code == 403
