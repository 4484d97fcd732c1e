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


def test_entries_are_filtered_by_the_release_typed(client, staff, publish, make_release):
    publisher = staff("publisher", "Ana")
    wells, draft = publish(title="Wells"), make_release(title="Gone")
    publishing.rename(wells, "new-wells", by=publisher)
    publishing.record_deletion(draft)
    draft.delete()
    client.force_login(publisher)

    def subjects(text):
        listed = client.get(reverse("admin:releases_auditentry_changelist"), {"of": text})
        return {entry.subject for entry in listed.context["cl"].result_list}, listed.text

    assert str(wells) in subjects("Wells")[0] == subjects(wells.number)[0]
    assert "Gone" not in subjects("Wells")[0]
    assert subjects("gone")[0] == {"Gone"}
    assert "“Nothing” names no release, or several." in subjects("Nothing")[1]
