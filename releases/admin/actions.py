"""The verbs of publishing as pages: what stands in the way, what they ask for, one button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

from releases import publishing
from releases.admin.cleaning_messages import CleanText
from releases.admin.form_fields import expected_version
from releases.admin.moment_forms import ApprovalFields, MomentFields
from releases.models import AuditLine, Release

Deed = AuditLine.Deed
PAIR_OR_NOT = (
    "Enter the number of its original, or empty that field and tick that it is a translation of no "
    "release."
)
Status = Release.Status


class VerbForm(forms.Form):
    """What a verb asks for; `seen` is the state that the person saw."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    release: Release
    questions: tuple[str, ...] = ()  # to be confirmed before it is done

    def clean(self) -> dict[str, Any]:
        """Refuse a form that does not say which state the person saw."""
        cleaned = super().clean() or self.cleaned_data
        expected_version(cleaned.get("seen") or "")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """The verb's arguments, by name."""
        cleaned = dict(self.cleaned_data)
        return {**cleaned, "seen": expected_version(cleaned["seen"])}


class MomentForm(MomentFields, VerbForm):
    def arguments(self) -> dict[str, Any]:
        """The moment by the button that was pressed."""
        arguments = super().arguments()
        del arguments["confirm"]
        return {**arguments, **self.chosen()}


class ApproveForm(ApprovalFields, MomentForm):
    override = CleanText(
        label="Reason for approving your own work",
        required=False,
        help_text="Only where nobody else can: it is recorded.",
    )


class ReasonForm(VerbForm):
    reason = CleanText(widget=forms.Textarea(attrs={"rows": 3}))


class PublicReasonForm(VerbForm):
    reason = CleanText(widget=forms.Textarea(attrs={"rows": 3}), help_text="The public reads it.")


class WithdrawForm(PublicReasonForm):
    successor = forms.ModelChoiceField(
        Release.objects.filter(status=Status.APPROVED),
        to_field_name="number",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "2024-0001"}),
        help_text="The number of the release that stands in its place, if there is one: its "
        "address will lead there.",
    )


class TakeDownForm(PublicReasonForm):
    withhold_title = forms.BooleanField(required=False, label="Withhold the title too")


class RenameForm(VerbForm):
    slug = forms.SlugField(max_length=200, help_text="Earlier addresses go on answering.")


class PairForm(VerbForm):
    original = forms.ModelChoiceField(
        Release.objects.filter(translation_of=None),
        to_field_name="number",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "2024-0001"}),
        help_text="The number of the release that this one is a translation of.",
    )
    unpair = forms.BooleanField(required=False, label="It is a translation of no release")

    def clean(self) -> dict[str, Any]:
        """Unpair by the box alone, never by an empty field."""
        cleaned = super().clean()
        if not self.errors and bool(cleaned["original"]) == cleaned["unpair"]:
            raise forms.ValidationError(PAIR_OR_NOT)
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """The original; None to unpair."""
        arguments = super().arguments()
        del arguments["unpair"]
        return arguments


class ProposalForm(VerbForm):
    """A decision on a proposed correction: on the one that the person saw."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)


class ApproveCorrectionForm(ProposalForm):
    override = CleanText(
        label="Reason for approving your own proposal",
        required=False,
        help_text="Only where nobody else can: it is recorded.",
    )


class DeclineCorrectionForm(ProposalForm):
    reason = CleanText(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="For its author; staff alone read it."
    )


@dataclass(frozen=True)
class Verb:
    """One verb as staff meet it: its button, whom it is for, and in which states it has sense."""

    name: str
    label: str
    do: Callable[..., Release]
    deed: Deed
    statuses: tuple[str, ...]
    form: type[VerbForm] = VerbForm

    def blockers(self, release: Release, request: HttpRequest) -> list[str]:
        """What stands in its way whatever is filled in, sentences."""
        person: Any = request.user
        if not publishing.may(person, self.deed):
            return [publishing.refusal(self.deed)]
        if self.name in PROPOSAL_VERBS:
            return self._blockers_of_proposal(release)
        return release.missing() if self.deed in (Deed.SUBMITTED, Deed.APPROVED) else []

    def _blockers_of_proposal(self, release: Release) -> list[str]:
        proposal = publishing.open_proposal(release)
        if proposal is None:
            return ["No correction of it is proposed."]
        is_approval = self.deed == Deed.ACCEPTED
        return publishing.objections_to_proposal(proposal) if is_approval else []


OPEN = (Status.DRAFT, Status.IN_REVIEW)
TAKEN_BACK = (Status.WITHDRAWN, Status.REMOVED, Status.BLOCKED)
EMBARGOED, PUBLIC = "embargoed", "public"
VERBS = {
    verb.name: verb
    for verb in (
        Verb("submit", "Submit for review", publishing.submit, Deed.SUBMITTED, (Status.DRAFT,)),
        Verb("approve", "Approve …", publishing.approve, Deed.APPROVED, OPEN, ApproveForm),
        Verb(
            "send-back",
            "Send back …",
            publishing.send_back,
            Deed.SENT_BACK,
            (Status.IN_REVIEW,),
            ReasonForm,
        ),
        Verb(
            "reschedule",
            "Move its release …",
            publishing.reschedule,
            Deed.RESCHEDULED,
            (EMBARGOED,),
            MomentForm,
        ),
        Verb("recall", "Call back …", publishing.recall, Deed.RECALLED, (EMBARGOED,), ReasonForm),
        Verb(
            "rename",
            "Change its address …",
            publishing.rename,
            Deed.RENAMED,
            (EMBARGOED, PUBLIC),
            RenameForm,
        ),
        Verb(
            "pair",
            "Pair with its original …",
            publishing.pair,
            Deed.PAIRED,
            (*OPEN, EMBARGOED, PUBLIC),
            PairForm,
        ),
        Verb("withdraw", "Withdraw …", publishing.withdraw, Deed.WITHDREW, (PUBLIC,), WithdrawForm),
        Verb(
            "remove",
            "Remove …",
            publishing.remove,
            Deed.REMOVED,
            (PUBLIC, Status.WITHDRAWN, Status.BLOCKED),
            TakeDownForm,
        ),
        Verb(
            "block",
            "Block by law …",
            publishing.block,
            Deed.BLOCKED,
            (PUBLIC, Status.WITHDRAWN, Status.REMOVED),
            TakeDownForm,
        ),
        Verb(
            "reinstate",
            "Reinstate …",
            publishing.reinstate,
            Deed.REINSTATED,
            TAKEN_BACK,
            PublicReasonForm,
        ),
        # In no state by itself: a proposal's panel offers these.
        Verb(
            "approve-correction",
            "Approve the correction …",
            publishing.approve_correction,
            Deed.ACCEPTED,
            (),
            ApproveCorrectionForm,
        ),
        Verb(
            "decline-correction",
            "Decline the correction …",
            publishing.decline_correction,
            Deed.DECLINED,
            (),
            DeclineCorrectionForm,
        ),
        Verb(
            "take-back-correction",
            "Take the correction back …",
            publishing.take_back_correction,
            Deed.RETRACTED,
            (),
            ProposalForm,
        ),
    )
}
PROPOSAL_VERBS = ("approve-correction", "decline-correction", "take-back-correction")


def offered(release: Release, request: HttpRequest) -> list[tuple[Verb, list[str]]]:
    """The verbs that have sense in its state, each with what stands in its way."""
    state = release.status
    if state == Status.APPROVED:
        state = EMBARGOED if release.is_embargoed() else PUBLIC
    return [
        (verb, verb.blockers(release, request)) for verb in VERBS.values() if state in verb.statuses
    ]
