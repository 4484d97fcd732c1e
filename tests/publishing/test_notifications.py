"""E-mail to the people who have to act on a release or a correction."""

import pytest
from django.urls import reverse

from releases import publishing
from releases.models import AuditEntry, OutgoingMail, ProposedCorrection, StaffSettings
from releases.publishing.base import add_audit_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mailing(mail_to, settings):
    mail_to("smtp://127.0.0.1:1?tls=off")
    settings.SITE_ORIGIN = "https://press.example.gov"


@pytest.fixture
def person(staff):
    """Make staff with an address: `person("writer", "Ana")`."""

    def make(role, name):
        made = staff(role, name)
        made.email = f"{name.lower()}@example.gov"
        made.save()
        return made

    return make


@pytest.fixture
def office(person):
    roles = {"Ana": "writer", "Ben": "publisher", "Cleo": "publisher", "Ada": "administrator"}
    return {name: person(role, name) for name, role in roles.items()}


@pytest.fixture
def draft(make_release, office):
    """A draft that Ana created and Cleo edited."""
    release = make_release()
    for name, action in (("Ana", AuditEntry.Action.CREATED), ("Cleo", AuditEntry.Action.EDITED)):
        add_audit_entry(release, action, "", {"by": office[name]})
    return release


def addressees():
    mails = OutgoingMail.objects.order_by("to")
    return [mail.to.partition("@")[0] for mail in mails]


def test_submitted_release_is_mailed_to_approvers_except_authors(draft, office):
    publishing.submit(draft, by=office["Ana"])

    assert addressees() == ["ada", "ben"]


def test_mail_has_title_and_link_and_nothing_else_of_the_release(draft, office):
    publishing.submit(draft, by=office["Ana"])

    mail = OutgoingMail.objects.first()
    assert mail.subject == f"To approve: {draft.title}"
    address = reverse("admin:releases_release_change", args=[draft.pk])
    assert f"https://press.example.gov{address}" in mail.text
    assert draft.title in mail.text
    for secret in ("The county opened", draft.contact, draft.dateline, "Ana"):
        assert secret not in mail.text + mail.subject


def test_second_submission_is_mailed_again(draft, office):
    publishing.submit(draft, by=office["Ana"])
    publishing.send_back(draft, "Shorten it.", by=office["Ben"])
    publishing.submit(draft, by=office["Ana"])

    assert OutgoingMail.objects.filter(to="ben@example.gov", kind="review").count() == 2


def test_authors_hear_of_what_was_sent_back_without_its_reason(draft, office):
    publishing.submit(draft, by=office["Ana"])
    OutgoingMail.objects.all().delete()
    publishing.send_back(draft, "Shorten the secret part.", by=office["Ben"])

    assert addressees() == ["ana", "cleo"]
    assert "secret part" not in OutgoingMail.objects.first().text


def test_rolled_back_or_refused_action_mails_nobody(draft, office):
    with pytest.raises(publishing.ActionRefusedError):
        publishing.send_back(draft, "Shorten it.", by=office["Ben"])

    assert addressees() == []


def test_proposed_correction_is_mailed_to_who_may_decide_it_and_its_decision_back(publish, office):
    release = publish()
    content = ProposedCorrection.content_of(release.snapshot()) | {"title": "Two Offices"}
    publishing.propose_correction(release, content, "correction", "Two.", by=office["Ana"])
    assert addressees() == ["ada", "ben", "cleo"]
    OutgoingMail.objects.all().delete()

    proposal = publishing.open_proposal(release)
    publishing.decline_correction(release, proposal.pk, "It is one.", by=office["Ben"])

    (mail,) = OutgoingMail.objects.all()
    assert mail.to == "ana@example.gov"
    assert "declined" in mail.text
    assert "It is one." not in mail.text


def test_who_switched_mail_off_is_deactivated_or_has_no_address_gets_none(draft, office):
    StaffSettings.objects.create(person=office["Ben"], gets_mail=False)
    office["Ada"].is_active = False
    office["Ada"].save()
    office["Cleo"].email = ""
    office["Cleo"].save()

    publishing.submit(draft, by=office["Ana"])

    assert addressees() == []


def test_long_title_is_shortened_in_the_subject_only(draft, office):
    draft.title = "Water " * 100
    draft.save()

    publishing.submit(draft, by=office["Ana"])

    mail = OutgoingMail.objects.first()
    assert len(mail.subject) < 200
    assert draft.title.strip() in mail.text
