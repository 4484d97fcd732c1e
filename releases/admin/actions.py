"""Publishing actions in the admin: forms, buttons and blockers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

from releases import publishing
from releases.admin.cleaning_messages import CleanText
from releases.admin.form_fields import parse_expected_version
from releases.admin.moment_forms import ApprovalFields, MomentFields
from releases.models import AuditEntry, Release

Action = AuditEntry.Action
ORIGINAL_OR_NONE = (
    "Enter the number of the original, or leave it empty and tick “Not a translation of another "
    "release”."
)
NO_SUCCESSOR = (
    "No approved release has this number. Enter it as on its page, for example 2024-0001."
)
NO_ORIGINAL = (
    "No release with this number can be the original. Enter the number of a release that is not a "
    "translation itself, for example 2024-0001."
)
Status = Release.Status


class ActionForm(forms.Form):
    """Form of an action; `seen` is the `updated_at` of the release as the person saw it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    release: Release
    questions: tuple[str, ...] = ()  # to confirm before the action runs

    def clean(self) -> dict[str, Any]:
        """Refuse a form without the expected version."""
        cleaned = super().clean() or self.cleaned_data
        parse_expected_version(cleaned.get("seen") or "")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments for the action."""
        arguments = dict(self.cleaned_data)
        arguments["expected_version"] = parse_expected_version(arguments.pop("seen"))
        return arguments


class MomentForm(MomentFields, ActionForm):
    def arguments(self) -> dict[str, Any]:
        """Return the arguments, with the moment set by the pressed button."""
        arguments = super().arguments()
        del arguments["confirm"]
        return {**arguments, **self.chosen()}


class ApproveForm(ApprovalFields, MomentForm):
    override = CleanText(
        label="Reason, if you approve your own work",
        required=False,
        help_text="Only if nobody else can approve it. The reason goes on record.",
    )


class ReasonForm(ActionForm):
    reason = CleanText(widget=forms.Textarea(attrs={"rows": 3}))


class PublicReasonForm(ActionForm):
    reason = CleanText(widget=forms.Textarea(attrs={"rows": 3}), help_text="Shown to the public.")


class WithdrawForm(PublicReasonForm):
    successor = forms.ModelChoiceField(
        Release.objects.filter(status=Status.APPROVED),
        to_field_name="number",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "2024-0001"}),
        help_text="Number of the release that replaces this one, if any. This address will "
        "redirect to it.",
        error_messages={"invalid_choice": NO_SUCCESSOR},
    )


class TakeDownForm(PublicReasonForm):
    withhold_title = forms.BooleanField(required=False, label="Withhold the title too")


class RenameForm(ActionForm):
    slug = forms.SlugField(max_length=200, help_text="Earlier addresses redirect here.")


class PairForm(ActionForm):
    original = forms.ModelChoiceField(
        Release.objects.filter(translation_of=None),
        to_field_name="number",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "2024-0001"}),
        help_text="Number of the release that this one translates.",
        error_messages={"invalid_choice": NO_ORIGINAL},
    )
    is_not_a_translation = forms.BooleanField(
        required=False, label="Not a translation of another release"
    )

    def clean(self) -> dict[str, Any]:
        # An empty field alone must not remove the link to the original.
        cleaned = super().clean()
        if not self.errors and bool(cleaned["original"]) == cleaned["is_not_a_translation"]:
            raise forms.ValidationError(ORIGINAL_OR_NONE)
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Return the arguments, with None as the original to remove the link."""
        arguments = super().arguments()
        del arguments["is_not_a_translation"]
        return arguments


class ProposalForm(ActionForm):
    """Decision on a proposed correction, by its primary key."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)


class ApproveCorrectionForm(ProposalForm):
    override = CleanText(
        label="Reason, if you approve your own proposal",
        required=False,
        help_text="Only if nobody else can approve it. The reason goes on record.",
    )


class DeclineCorrectionForm(ProposalForm):
    reason = CleanText(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="For the author. Only staff can see it."
    )


@dataclass(frozen=True)
class ReleaseAction:
    """Action on a release: its button, form, audit action and the statuses that allow it."""

    name: str
    label: str
    success: str
    run: Callable[..., Release]
    audit_action: Action
    statuses: tuple[str, ...]
    form: type[ActionForm] = ActionForm

    def blockers(self, release: Release, request: HttpRequest) -> list[str]:
        """Return why the action is impossible whatever is entered, one sentence each."""
        person: Any = request.user
        if not publishing.may(person, self.audit_action):
            return [publishing.refusal_message(self.audit_action)]
        if self.name in PROPOSAL_ACTIONS:
            return self._proposal_blockers(release)
        if self.audit_action in (Action.SUBMITTED, Action.APPROVED):
            return [*release.missing_fields().values()]
        return []

    def _proposal_blockers(self, release: Release) -> list[str]:
        proposal = publishing.open_proposal(release)
        if proposal is None:
            return ["No correction is proposed for this release."]
        is_approval = self.audit_action == Action.CORRECTION_APPROVED
        return publishing.objections_to_proposal(proposal) if is_approval else []


OPEN_STATUSES = (Status.DRAFT, Status.IN_REVIEW)
NO_LONGER_PUBLIC = (Status.WITHDRAWN, Status.REMOVED, Status.BLOCKED)
EMBARGOED, PUBLIC = "embargoed", "public"
ACTIONS = {
    action.name: action
    for action in (
        ReleaseAction(
            "submit",
            "Submit for review",
            "Submitted for review",
            publishing.submit,
            Action.SUBMITTED,
            (Status.DRAFT,),
        ),
        ReleaseAction(
            "approve",
            "Approve …",
            "Approved",
            publishing.approve,
            Action.APPROVED,
            OPEN_STATUSES,
            ApproveForm,
        ),
        ReleaseAction(
            "send-back",
            "Send back …",
            "Sent back",
            publishing.send_back,
            Action.SENT_BACK,
            (Status.IN_REVIEW,),
            ReasonForm,
        ),
        ReleaseAction(
            "reschedule",
            "Reschedule …",
            "Rescheduled",
            publishing.reschedule,
            Action.RESCHEDULED,
            (EMBARGOED,),
            MomentForm,
        ),
        ReleaseAction(
            "recall",
            "Recall approval …",
            "Approval recalled",
            publishing.recall,
            Action.RECALLED,
            (EMBARGOED,),
            ReasonForm,
        ),
        ReleaseAction(
            "rename",
            "Change address …",
            "Address changed",
            publishing.rename,
            Action.RENAMED,
            (EMBARGOED, PUBLIC),
            RenameForm,
        ),
        ReleaseAction(
            "pair",
            "Mark as translation …",
            "Translation changed",
            publishing.set_original,
            Action.TRANSLATION_CHANGED,
            (*OPEN_STATUSES, EMBARGOED, PUBLIC),
            PairForm,
        ),
        ReleaseAction(
            "withdraw",
            "Withdraw …",
            "Withdrawn",
            publishing.withdraw,
            Action.WITHDRAWN,
            (PUBLIC,),
            WithdrawForm,
        ),
        ReleaseAction(
            "remove",
            "Remove …",
            "Removed",
            publishing.remove,
            Action.REMOVED,
            (PUBLIC, Status.WITHDRAWN, Status.BLOCKED),
            TakeDownForm,
        ),
        ReleaseAction(
            "block",
            "Block for legal reasons …",
            "Blocked",
            publishing.block,
            Action.BLOCKED,
            (PUBLIC, Status.WITHDRAWN, Status.REMOVED),
            TakeDownForm,
        ),
        ReleaseAction(
            "reinstate",
            "Reinstate …",
            "Reinstated",
            publishing.reinstate,
            Action.REINSTATED,
            NO_LONGER_PUBLIC,
            PublicReasonForm,
        ),
        # No status allows these: only the panel of a proposal shows them.
        ReleaseAction(
            "approve-correction",
            "Approve correction …",
            "Correction approved",
            publishing.approve_correction,
            Action.CORRECTION_APPROVED,
            (),
            ApproveCorrectionForm,
        ),
        ReleaseAction(
            "decline-correction",
            "Decline correction …",
            "Correction declined",
            publishing.decline_correction,
            Action.CORRECTION_DECLINED,
            (),
            DeclineCorrectionForm,
        ),
        ReleaseAction(
            "take-back-correction",
            "Take back correction …",
            "Correction taken back",
            publishing.take_back_correction,
            Action.CORRECTION_TAKEN_BACK,
            (),
            ProposalForm,
        ),
    )
}
PROPOSAL_ACTIONS = ("approve-correction", "decline-correction", "take-back-correction")


def available_actions(
    release: Release, request: HttpRequest
) -> list[tuple[ReleaseAction, list[str]]]:
    """Return the actions that the release's status allows, each with its blockers."""
    state = release.status
    if state == Status.APPROVED:
        state = EMBARGOED if release.is_embargoed() else PUBLIC
    return [
        (action, action.blockers(release, request))
        for action in ACTIONS.values()
        if state in action.statuses
    ]
