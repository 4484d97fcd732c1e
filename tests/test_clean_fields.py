"""Every text column is cleaned, or listed here with the reason."""

import pytest
from django.apps import apps
from django.db import models

from releases import publishing
from releases.models import AuditEntry, ProposedCorrection, Release, Section
from releases.models.clean_fields import CleanMixin

DIRTY = "It\x08 was\u200b so."
CLEAN = "It was so."
VERBATIM = {  # stored unchanged, for comparison with the source
    *("release.source_text", "release.source_key"),
    *("legacyurl.url", "legacyurl.key", "redirect.key"),
    *("missedaddress.key", "missedaddress.address"),
    *("workingcopy.fields", "draftstate.snapshot", "importrun.options"),
}
OF_PROGRAMS = {  # written by programs only, in a format without such characters
    *(
        "topic.slug",
        "topicredirect.slug",
        "release.slug",
        "release.number",
        "release.status",
        "release.language",
    ),
    *("release.source_encoding", "release.source_sha256", "section.kind"),
    *("version.kind", "version.sha256", "auditentry.action"),
    *("proposedcorrection.kind", "proposedcorrection.status"),
    *("image.key", "image.original", "image.media_type", "image.sha256", "image.renditions"),
    *("attachment.key", "attachment.original", "attachment.media_type", "attachment.sha256"),
    *("attachment.name", "previewlink.digest", "vocabularyword.word"),
    *(
        "outgoingmail.kind",
        "outgoingmail.key",
        "outgoingmail.to",
        "outgoingmail.html",
        "staffsettings.calendar_digest",
        "staffsettings.list_density",
    ),
    *(
        "office.origin",
        "office.seal_key",
        "office.seal_files",
        "office.color",
        "office.search_words",
    ),
    *("renderedpage.language", "renderedpage.key", "renderedpage.html"),
    *("synonym.kind", "missedsearch.query"),
    *("subscriber.address", "subscriber.language", "endedaddress.digest", "announcement.kind"),
    *("outgoingcall.kind", "outgoingcall.url"),
    *("journalist.language", "journalist.address", "journalist.stopped_why", "pressmailing.when"),
    *("subscription.kind", "subscription.topic", "subscription.language"),
    *("subscription.frequency", "digestrun.frequency"),
    *("workingcopy.form_token", "sentform.token", "feedauthority.name"),
    *("importrun.token", "importrun.state", "importrun.handle", "importedrecord.outcome"),
    *("contact.email", "releasetemplate.language", "templatesection.kind"),
}


def texts():
    """Return all text columns."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField)
    for model in apps.get_app_config("releases").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, kinds):
                yield f"{model._meta.model_name}.{field.name}", field


def test_every_text_is_cleaned_or_listed():
    unclean = {name for name, field in texts() if not isinstance(field, CleanMixin)}

    assert unclean == VERBATIM | OF_PROGRAMS


def test_audit_entries_are_clean_whatever_action_leaves_them(publish):
    release = publish(title="Water")
    Release.objects.filter(pk=release.pk).update(title="Water\u2060")
    publishing.withdraw(release, DIRTY, origin="admin\x07")
    publishing.reinstate(release, DIRTY, origin="admin\x07")

    entries = AuditEntry.objects.filter(release=release)
    found = [
        field.name
        for entry in entries
        for field in AuditEntry._meta.concrete_fields
        if isinstance(field, CleanMixin) and field.cleaned(getattr(entry, field.attname)).findings
    ]
    assert found == []
    assert [entry.why for entry in entries][-2:] == [CLEAN, CLEAN]


def test_proposed_correction_is_clean_in_every_part(publish, staff):
    release, writer = publish(title="Water"), staff("writer")
    content = {
        **ProposedCorrection.content_of(release.snapshot()),
        "title": "Wells\x08 &amp; Water",
        "body": "It\u202e was <b>so</b>.",
        "sections": [Section(heading="A\x0b", body="B\u200b").snapshot()],
    }

    publishing.propose_correction(release, content, "correction", DIRTY, by=writer)

    proposal = ProposedCorrection.objects.get()
    assert proposal.note == CLEAN
    assert proposal.content["title"] == "Wells & Water"
    assert proposal.content["body"] == "It was <b>so</b>."
    section = proposal.content["sections"][0]
    assert (section["heading"].strip(), section["body"]) == ("A", "B")


@pytest.mark.parametrize("reason", ["\u200b", " \x08 ", "<b></b>"])
def test_invisible_reason_is_missing(publish, reason):
    release = publish()

    with pytest.raises(publishing.ActionRefusedError, match="Give a reason"):
        publishing.withdraw(release, reason)


def test_invisible_override_does_not_count(make_release, staff):
    author = staff("publisher")
    draft = make_release()
    publishing.record_creation(draft, by=author)

    with pytest.raises(publishing.ActionRefusedError, match="Ask a colleague to approve it"):
        publishing.approve(draft, None, "\u200b", by=author)
