"""Release form, which requires reading changes before they overwrite others or go public."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone

from releases import publishing
from releases.admin import import_warnings
from releases.admin.cleaning_messages import CleanText
from releases.admin.contacts import ContactChoiceField
from releases.admin.editor import MARKDOWN_HELP, MarkdownInput
from releases.admin.form_fields import (
    END_MARK_HELP,
    END_MARK_LABEL,
    LANGUAGE_HELP,
    TextPreservingForm,
    parse_expected_version,
)
from releases.content import diffing
from releases.content.slugs import follow_title
from releases.models import Release, Version
from releases.publishing import drafts

READ_FIRST = "Not saved yet. Check “What would change”, then save again to publish it."
PROPOSE_FIRST = "Not proposed yet. Check “What would change”, then propose it again."
TWO_CONTACTS = (
    "You changed the contact below, too. Choose “Keep the contact below”, or undo that change."
)
NOTHING_CHANGED = (
    "Nothing was saved: you wrote a note, but the release has not changed. Change its text, or "
    "delete the note."
)
UNKNOWN_VERSION = "The form does not say which version of the release you saw."
TEXT_KEPT = (
    "Your text is still here, not saved. Check “What would change”: if you save again, your text "
    "overwrites the other changes."
)


class UnreadChangesError(Exception):
    """Signal to roll back a save until the person has read its changes."""

    def __init__(
        self, sentence: str, changes: list[diffing.Change], tokens: dict[str, str]
    ) -> None:
        super().__init__(sentence)
        self.sentence, self.changes, self.tokens = sentence, changes, tokens


@dataclass(frozen=True)
class StateBefore:
    """State of a release, under the row lock, before its form is saved."""

    updated_at: datetime.datetime
    is_public: bool
    moment: datetime.datetime | None  # scheduled, or proposed
    snapshot: dict[str, Any]

    @classmethod
    def of(cls, release: Release) -> StateBefore:
        moment = release.release_at or publishing.proposed_moment(release, timezone.now())
        return cls(release.updated_at, release.is_published(), moment, release.snapshot())


class ReleaseForm(import_warnings.ImportWarningsForm, TextPreservingForm):
    """Form of a release with its import warnings and, once published, the kind of change."""

    before: StateBefore | None = None
    proposes = False  # whether a publisher decides what is saved here
    changed_meanwhile = ""
    # Set to show the form again after `UnreadChangesError` or a refusal.
    errors_before: tuple[str, ...] = ()
    tokens: dict[str, str] = {}

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    form_token = forms.CharField(required=False, widget=forms.HiddenInput)
    contact_from = ContactChoiceField()
    change_kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in (Version.Kind.MINOR, Version.Kind.CORRECTION, Version.Kind.UPDATE)
        ],
        initial=Version.Kind.MINOR,
        required=False,
        help_text="Minor: spacing and typography only. A correction or update needs a note.",
    )
    change_note = CleanText(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What changed and why. Shown to the public.",
    )

    class Meta:
        model = Release
        fields = [*Release.PRINTED_FIELDS, "slug", "topics"]
        labels = {"end_mark": END_MARK_LABEL, "slug": "Address"}
        help_texts = {
            "end_mark": END_MARK_HELP,
            "language": LANGUAGE_HELP,
            "slug": "Last part of the web address. Old addresses redirect here.",
            "dateline": "Place as printed, for example LOS ANGELES.",
            "contact": "Contact details as printed.",
            "body": MARKDOWN_HELP,
        }
        widgets = {
            "title": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "subtitle": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "dateline": forms.TextInput(attrs={"size": 40}),
            "contact": forms.Textarea(attrs={"rows": 3}),
            "body": MarkdownInput(attrs={"rows": 24, "cols": 90}),
        }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["contact_from"].offer_valid()  # type: ignore[attr-defined]
        self.add_warning_fields(self.instance.unresolved_warnings())
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.updated_at.isoformat()
        else:
            self.fields["form_token"].initial = drafts.new_token()
        if self.is_bound and self.tokens:
            posted: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            for name, value in self.tokens.items():
                posted[name] = value
            self.data = posted

    def clean_slug(self) -> str:
        """Return the slug, which follows the title until a person chooses another."""
        title = str(self.data.get("title", ""))
        return follow_title(self.cleaned_data["slug"], self.instance.title, title)

    def clean(self) -> dict[str, Any]:
        """Require a note for corrections and updates; report conflicts and earlier refusals."""
        cleaned = super().clean() or {}
        if chosen := cleaned.get("contact_from"):
            if "contact" in self.changed_data and cleaned.get("contact") != chosen.printed():
                self.add_error("contact_from", TWO_CONTACTS)
            cleaned["contact"] = chosen.printed()
        kinds = (Version.Kind.CORRECTION, Version.Kind.UPDATE)
        if cleaned.get("change_kind") in kinds and not cleaned.get("change_note", "").strip():
            self.add_error("change_note", "Say what changed and why. The public will read it.")
        if self.before:
            self.changed_meanwhile = self._explain_conflict(cleaned.get("seen") or "")
        for sentence in self.errors_before:
            self.add_error(None, sentence)
        return cleaned

    def _post_clean(self) -> None:
        """Require the mandatory fields of a release that has been approved."""
        super()._post_clean()  # type: ignore[misc]
        if self.instance.status in (Release.Status.DRAFT, Release.Status.IN_REVIEW):
            return
        for name, sentence in self.instance.missing_fields().items():
            self.add_error(name, sentence)

    def _explain_conflict(self, text: str) -> str:
        """Return who changed the release since the person saw it, as a sentence; "" for nobody."""
        try:
            return publishing.changed_since(self.instance, parse_expected_version(text))
        except forms.ValidationError:
            return UNKNOWN_VERSION


def require_changes_read(form: ReleaseForm) -> None:
    """Require that the person has read the changes saved in this transaction.

    Raises UnreadChangesError for unread changes of a public release, and where another person
    changed the release after the form was opened.
    """
    before = form.before
    if before is None:
        return
    after = Release.objects.get(pk=form.instance.pk).snapshot()
    changes = diffing.compare(before.snapshot, after)
    digest = hashlib.sha256(json.dumps(_without_keys(after)).encode()).hexdigest()
    tokens = {"seen": before.updated_at.isoformat(), "read": digest}
    if form.changed_meanwhile:
        raise UnreadChangesError(f"{form.changed_meanwhile} {TEXT_KEPT}", changes, tokens)
    is_changed = before.is_public and before.snapshot != after
    if is_changed and form.cleaned_data["read"] != digest:
        raise UnreadChangesError(PROPOSE_FIRST if form.proposes else READ_FIRST, changes, tokens)


def require_change_for_note(form: ReleaseForm) -> None:
    """Raise ActionRefusedError for a note on a form that changes nothing: nothing would keep it."""
    assert form.before is not None
    after = Release.objects.get(pk=form.instance.pk).snapshot()
    if form.cleaned_data.get("change_note") and form.before.snapshot == after:
        raise publishing.ActionRefusedError(NOTHING_CHANGED)


def _without_keys(snapshot: dict[str, Any]) -> dict[str, Any]:
    # Each attempt gives a new file another key.
    return {
        name: [{**row, "key": ""} for row in part] if name in ("images", "attachments") else part
        for name, part in snapshot.items()
    }
