"""Corrections are proposed in a release's form and decided on action pages."""

import pytest
from django.urls import reverse

from releases import publishing
from releases.models import ProposedCorrection
from tests.admin.sending import sent_from

CORRECTION = {"change_kind": "correction", "change_note": "Two, not one."}


def change_page(release):
    return reverse("admin:releases_release_change", args=[release.pk])


def verb_page(release, name):
    return reverse("admin:releases_release_verb", args=[release.pk, name])


@pytest.fixture
def enter(client, staff):
    """Sign in with a role, as `enter("writer", "Ana")`; return the person."""

    def sign_in(role, name):
        person = staff(role, name)
        client.force_login(person)
        return person

    return sign_in


@pytest.fixture
def propose(client, enter):
    """Propose a change as writer Ana, confirming every step; return the last page."""

    def make(release, **changed):
        enter("writer", "Ana")
        page = client.get(change_page(release))
        page = client.post(
            change_page(release), {**sent_from(page.context), **CORRECTION, **changed}
        )
        return client.post(change_page(release), sent_from(page.context), follow=True)

    return make


def test_writer_proposes_once_the_difference_was_read(client, enter, publish):
    writer, release = enter("writer", "Ana"), publish()
    page = client.get(change_page(release))
    assert "Propose correction" in page.text
    assert "Your changes are proposed" in page.text

    sent = {**sent_from(page.context), **CORRECTION, "title": "Two Offices"}
    page = client.post(change_page(release), sent)
    assert "then propose it" in page.text
    assert not ProposedCorrection.objects.exists()

    page = client.post(change_page(release), sent_from(page.context), follow=True)
    assert "Your correction is proposed" in page.text
    proposal = ProposedCorrection.objects.get()
    assert (proposal.proposed_by, proposal.content["title"]) == (writer, "Two Offices")
    release.refresh_from_db()
    assert (release.title, release.edited_by) == ("County Opens a Records Office", None)
    assert release.versions.count() == 1


def test_sections_and_topics_are_proposed_too(client, publish, propose):
    release = publish()
    topic = release.topics.model.objects.create(name="Water", slug="water")
    rows = {"sections-TOTAL_FORMS": 1, "sections-0-kind": "about", "sections-0-body": "An office."}

    propose(release, topics=[topic.pk], **rows)

    proposal = ProposedCorrection.objects.get()
    assert proposal.content["topics"] == ["water"]
    assert proposal.content["sections"][0]["body"] == "An office."
    assert not release.sections.exists()


def test_publisher_reads_the_difference_and_approves(client, enter, publish, propose):
    release = publish()
    propose(release, title="Two Offices")
    enter("publisher", "Ben")

    page = client.get(change_page(release))
    assert "Ana proposed this correction" in page.text
    assert "[deleted: </span>County" in page.text
    assert verb_page(release, "approve-correction") in page.text
    page = client.get(verb_page(release, "approve-correction"))
    assert "[deleted: </span>County" in page.text
    client.post(verb_page(release, "approve-correction"), page.context["form"].initial)

    release.refresh_from_db()
    version = release.versions.last()
    assert (release.title, version.by.username, version.note) == (
        *("Two Offices", "Ana", "Two, not one."),
    )
    assert "Ana proposed this" not in client.get(change_page(release)).text


def test_publisher_declines_with_a_reason(client, enter, publish, propose):
    release = publish()
    propose(release, title="Two Offices")
    enter("publisher", "Ben")
    initial = client.get(verb_page(release, "decline-correction")).context["form"].initial

    client.post(verb_page(release, "decline-correction"), {**initial, "reason": "It was right."})

    assert ProposedCorrection.objects.get().reason == "It was right."
    assert "It was right." in client.get(change_page(release)).text


def test_proposer_takes_it_back_and_may_not_decide(client, publish, propose):
    release = publish()
    page = propose(release, title="Two Offices")
    assert verb_page(release, "take-back-correction") in page.text
    assert verb_page(release, "approve-correction") not in page.text
    initial = client.get(verb_page(release, "take-back-correction")).context["form"].initial

    page = client.post(verb_page(release, "approve-correction"), initial)
    assert "This needs the publisher role" in page.text
    client.post(verb_page(release, "take-back-correction"), initial)

    assert ProposedCorrection.objects.get().status == "withdrawn"


def test_decision_applies_to_the_proposal_shown(client, enter, publish, propose):
    release = publish()
    propose(release, title="Two Offices")
    seen = publishing.open_proposal(release)
    ana = seen.proposed_by
    publishing.take_back_correction(release, seen.pk, by=ana)
    content = {**release.snapshot(), "title": "No Office"}
    publishing.propose_correction(release, content, "correction", "a note", by=ana)
    enter("publisher", "Ben")
    initial = client.get(verb_page(release, "approve-correction")).context["form"].initial

    page = client.post(verb_page(release, "approve-correction"), {**initial, "proposal": seen.pk})

    assert "has been decided or taken back" in page.text
    assert release.versions.count() == 1


def test_second_proposal_is_refused_with_its_text_kept(client, publish, propose, enter):
    release = publish()
    propose(release, title="Two Offices")
    enter("writer", "Eve")
    page = client.get(change_page(release))
    sent = {**sent_from(page.context), **CORRECTION, "title": "Three Offices"}
    page = client.post(change_page(release), sent)

    page = client.post(change_page(release), sent_from(page.context))

    assert "that is still open" in page.text
    assert "Three Offices" in page.text


def test_writer_cannot_change_files_of_public_releases(client, enter, publish, attach_image):
    enter("writer", "Ana")
    image = attach_image(release := publish())
    publishing.record_change(release, "update", "A picture was added.")
    page = client.get(change_page(release))
    assert "images-0-caption" not in page.text

    sent = {
        **sent_from(page.context),
        **{"images-TOTAL_FORMS": 1, "images-INITIAL_FORMS": 1, "images-0-id": image.pk},
        **{"images-0-alt": "Other words", "images-0-release": release.pk},
    }
    client.post(change_page(release), sent)

    image.refresh_from_db()
    assert image.alt == "Two halves, red and blue"


@pytest.fixture
def four_eyes(settings):
    settings.CORRECTIONS_NEED_APPROVAL = True


@pytest.mark.usefixtures("four_eyes")
def test_setting_has_publishers_propose_and_change_files_at_once(
    client, enter, publish, attach_image
):
    enter("publisher", "Ben")
    attach_image(release := publish())
    publishing.record_change(release, "update", "A picture was added.")

    def send(**changed):
        page = client.get(change_page(release))
        sent = {**sent_from(page.context), **CORRECTION, **changed}
        page = client.post(change_page(release), sent)
        return client.post(change_page(release), sent_from(page.context), follow=True)

    both = send(**{"title": "Two Offices", "images-0-caption": "The door."})
    assert "Images and documents cannot be part of a proposal" in both.text
    send(**{"images-0-caption": "The door."})
    assert release.versions.last().snapshot["images"][0]["caption"] == "The door."
    send(title="Two Offices")
    assert ProposedCorrection.objects.get().proposed_by.username == "Ben"


def test_list_shows_open_proposals(client, publish, propose):
    release = publish()
    publish(title="Another")
    propose(release, title="Two Offices")

    page = client.get(reverse("admin:releases_release_changelist"), {"proposed": "open"})

    assert list(page.context["cl"].queryset) == [release]
    assert "Awaiting a decision (1)" in page.text


@pytest.mark.parametrize("name", ["approve-correction", "decline-correction"])
def test_page_without_a_proposal_has_a_message(client, enter, publish, name):
    enter("publisher", "Ben")

    assert (
        "No correction is proposed for this release." in client.get(verb_page(publish(), name)).text
    )
