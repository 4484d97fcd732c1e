"""Release admin: the list, and the form to write, correct and update releases."""

from __future__ import annotations

import logging
from collections.abc import Set
from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import DateField, ManyToManyField, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from pressroom.infra.storage.errors import StorageUnreachableError
from releases import publishing
from releases.admin import comments, form_data, import_warnings, working_copies
from releases.admin.action_pages import action_buttons, action_context, blocker_notes
from releases.admin.boilerplate import BoilerplatePages, newer_boilerplate
from releases.admin.bulk import BulkActions
from releases.admin.editor import EditorPages
from releases.admin.files import AttachmentInline, carry_over_uploads
from releases.admin.form_fields import TEXT_FIELD_OVERRIDES, DescribedDateInput, KeysWidget
from releases.admin.image_library import ImageLibrary
from releases.admin.image_rows import ImageInline, placed_as_typed
from releases.admin.import_addresses import ImportAddresses
from releases.admin.import_queue import ImportQueue
from releases.admin.link_page import LinkPage
from releases.admin.proposals import (
    SENT,
    ProposalRequiredError,
    proposal_panel,
    require_proposal,
)
from releases.admin.publish_panel import PublishPanel, panel, panel_actions, presses_moment
from releases.admin.release_form import (
    ReleaseForm,
    StateBefore,
    UnreadChangesError,
    require_change_for_note,
    require_changes_read,
)
from releases.admin.release_list import ReleaseList
from releases.admin.release_templates import StartPages
from releases.admin.save_and_continue import NEXT
from releases.admin.sections import SectionInline
from releases.admin.status import OPEN_STATUSES, describe_status, format_moment
from releases.admin.timeline import Timeline
from releases.admin.translations import TranslationPages
from releases.admin.typed_moment import keep_typed_moment
from releases.models import AuditEntry, Release, Version
from releases.publishing import drafts

RECENT_ACTIONS = 8
PROPOSING_HELP = (
    "This release is public. Your changes are proposed, and a colleague approves them. To change "
    "an image or a document, ask a publisher."
)
PROPOSING_WORDS = (
    "This release is public. Changes to its text and topics are proposed, and a colleague approves "
    "them. Images and documents change immediately, so save them separately."
)
STORAGE_UNREACHABLE = (
    "File storage is unavailable right now, so nothing was saved. Your text is still here. Choose "
    "the files again and save in a few minutes."
)

logger = logging.getLogger(__name__)


@admin.register(Release)
class ReleaseAdmin(
    ImportAddresses,
    ImageLibrary,
    PublishPanel,
    EditorPages,
    Timeline,
    comments.CommentPages,
    LinkPage,
    BoilerplatePages,
    ImportQueue,
    StartPages,
    TranslationPages,
    ReleaseList,
    BulkActions,
    import_warnings.ImportWarningsAdmin,
):
    form = ReleaseForm
    inlines = [SectionInline, ImageInline, AttachmentInline]
    formfield_overrides = TEXT_FIELD_OVERRIDES | {DateField: {"widget": DescribedDateInput}}
    autocomplete_fields = ["topics"]
    readonly_fields = [
        "number",
        "status_in_words",
        "missing",
        "open_warnings",
        "permalink",
        "recent_activity",
    ]
    change_form_template = "admin/releases/release/change_form.html"

    class Media:
        js = [
            Script("js/autosave.js", type="module"),
            Script("js/publish_panel.js", type="module"),
            Script("js/presence.js", type="module"),
            Script("js/contact_choice.js", type="module"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        # No list or form shows the imported source, which may be large.
        return super().get_queryset(request).defer("source_text", "source_bytes")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Release | None:
        # Locked while a form is saved, so that two people who save at once go one after another.
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            with suppress(ValueError):
                Release.objects.select_for_update().filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def get_form(
        self, request: HttpRequest, obj: Release | None = None, change: bool = False, **kwargs: Any
    ) -> type[ReleaseForm]:
        """Return the form class with the stored state and the result of a previous attempt."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if obj and request.method == "POST":
            form.before = StateBefore.of(obj)
        form.proposes = self.proposes(request, obj)
        attempt = getattr(request, "attempt", None)
        if attempt:
            form.errors_before, form.tokens = attempt
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Release | None = None) -> Any:
        """Return status, text with import warnings, and, once published, the kind of change."""
        fields = ReleaseForm.Meta.fields
        open_warnings = (
            obj.unresolved_warnings() if obj and self.may_resolve_warnings(request, obj) else []
        )
        text = [
            *_with_contact_choice(import_warnings.with_warning_fields(fields, open_warnings)),
            "seen",
            "read",
            "form_token",
        ]
        fieldsets = [("Text", {"fields": text})]
        if elsewhere := import_warnings.other_warning_field(fields, open_warnings):
            fieldsets.insert(0, ("Import warnings", {"fields": elsewhere}))
        if obj:
            fieldsets.insert(0, ("Status", {"fields": self.status_fields(request, obj)}))
        if obj and obj.is_published():
            about: dict[str, Any] = {"fields": ["change_kind", "change_note"]}
            if self.proposes(request, obj):
                may = publishing.may(get_user(request), AuditEntry.Action.CORRECTED)
                about["description"] = PROPOSING_WORDS if may else PROPOSING_HELP
            fieldsets.append(("This change", about))
        return fieldsets

    def status_fields(self, request: HttpRequest, obj: Release) -> list[str]:
        # People who cannot resolve import warnings read them here.
        reads_only = ["open_warnings"] if not self.may_resolve_warnings(request, obj) else []
        return ["number", "status_in_words", "missing", *reads_only, "permalink", "recent_activity"]

    def get_readonly_fields(self, request: HttpRequest, obj: Release | None = None) -> Any:
        # The slug of an approved release changes only by the rename action.
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "slug"] if obj and obj.status == Release.Status.APPROVED else fields

    def has_change_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """Return whether the person may edit drafts, or this release.

        Only publishers edit under embargo; others propose corrections of public releases; nobody
        edits withdrawn, removed and blocked ones.
        """
        allowed = super().has_change_permission(request, obj)
        if obj is None or obj.status in (Release.Status.DRAFT, Release.Status.IN_REVIEW):
            return allowed
        if obj.is_published():
            return allowed and publishing.may(
                get_user(request), AuditEntry.Action.CORRECTION_PROPOSED
            )
        is_publisher = publishing.may(get_user(request), AuditEntry.Action.CORRECTED)
        return allowed and is_publisher and obj.status == Release.Status.APPROVED

    def proposes(self, request: HttpRequest, obj: Release | None) -> bool:
        """Return whether a saved change becomes a proposal."""
        return obj is not None and publishing.must_propose(get_user(request), obj)

    def may_resolve_warnings(self, request: HttpRequest, obj: Release) -> bool:
        """Return whether the person may resolve the import warnings."""
        return self.has_change_permission(request, obj) and not self.proposes(request, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show or save the form; a refused save is rolled back and the form shown as typed."""
        extra: dict[str, Any] = dict(extra_context or {})
        form_url = form_url or working_copies.form_action(request)
        if request.method == "GET" and (unsaved := self.unsaved(request, object_id)):
            working_copies.show_unsaved(request, unsaved)
        if request.method == "POST":
            form_data.use(request, *form_data.spread_chosen(request.POST, request.FILES))
        try:
            with publishing.refusing_constraint_violations():
                return super().changeform_view(request, object_id, form_url, extra)
        except UnreadChangesError as first:
            request.attempt = (first.sentence,), first.tokens  # type: ignore[attr-defined]
            extra["changes"] = first.changes
        except ProposalRequiredError as proposed:
            if answer := self._propose(request, object_id or "", proposed):
                return answer
        except drafts.AlreadySentError as sent:
            return self.response_sent_before(request, sent.release)
        except publishing.ActionRefusedError as refused:
            request.attempt = refused.reasons, {}  # type: ignore[attr-defined]
        except StorageUnreachableError as error:
            logger.error("Could not store files of release %s: %s", object_id or "(new)", error)
            request.attempt = (STORAGE_UNREACHABLE,), {}  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra)

    def _propose(
        self, request: HttpRequest, object_id: str, proposed: ProposalRequiredError
    ) -> HttpResponse | None:
        """Propose the rolled back change; None if that is refused."""
        release = Release.objects.get(pk=object_id)
        try:
            publishing.propose_correction(release, **proposed.arguments, **action_context(request))
        except publishing.ActionRefusedError as refused:
            request.attempt = refused.reasons, {}  # type: ignore[attr-defined]
            return None
        drafts.discard(get_user(request), release)
        self.message_user(request, SENT, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        release = kwargs.get("obj")
        is_new = release is None
        context["can_save"] = is_new or self.has_change_permission(request, release)
        context["takes_boilerplate"] = (
            release is not None and context["can_save"] and release.status in OPEN_STATUSES
        )
        context["autosaves"] = context["can_save"]
        context["next_name"] = NEXT
        if release:
            context["proposes"] = self.proposes(request, release)
            context["can_save"] = context["can_save"] and not context["proposes"]
            context["proposal"] = proposal_panel(request, release)
            context |= comments.form_context(request, release)
        context["panel"] = shown = panel(request, release, context["can_save"])
        buttons = action_buttons(request, release) if release else []
        context["action_buttons"] = [
            button for button in buttons if button["name"] not in panel_actions(shown)
        ]
        context["blocker_notes"] = blocker_notes(context["action_buttons"])
        if request.method == "POST":
            carry_over_uploads(inline.formset for inline in context["inline_admin_formsets"])
        working_copies.add_context(request, context, release)
        context["notices"] = _separate_notices(context)
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["widget"] = KeysWidget(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="status", ordering="status")
    def status_in_words(self, release: Release) -> str:
        return describe_status(release, timezone.now())

    @admin.display(description="recent activity")
    def recent_activity(self, release: Release) -> str:
        """List the latest actions, newest first."""
        lines = release.audit_entries.select_related("by").reverse()[:RECENT_ACTIONS]
        sentences = (
            (format_moment(line.at), f"{line.who} {line.get_action_display()}", line.why)
            for line in lines
        )
        return format_html_join("", "<p>{}: {}. {}</p>", sentences) or "–"

    @admin.display(description="before approval")
    def missing(self, release: Release) -> str:
        """List what blocks approval."""
        if release.status not in (Release.Status.DRAFT, Release.Status.IN_REVIEW):
            return "Already approved."
        sentences = publishing.blockers(release) or ["Nothing is missing."]
        sentences += filter(None, [newer_boilerplate(release)])
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in sentences))

    @admin.display(description="import warnings")
    def open_warnings(self, release: Release) -> str:
        pairs = [(warning.field, warning.message) for warning in release.unresolved_warnings()]
        return format_html_join("", "<p>{}: {}</p>", pairs) if pairs else "–"

    @admin.display(description="permalink")
    def permalink(self, release: Release) -> str:
        if not release.number or release.status in (
            Release.Status.DRAFT,
            Release.Status.IN_REVIEW,
        ):
            return "–"
        return format_html('<a href="{0}">{0}</a>', release.get_absolute_url())

    def get_view_on_site_url(self, obj: Release | None = None) -> str | None:
        is_public = obj and _has_public_page(obj)
        return super().get_view_on_site_url(obj) if is_public else None

    def has_delete_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        # A release with a number is permanent: it can only be withdrawn.
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and obj.number is None

    def delete_model(self, request: HttpRequest, obj: Release) -> None:
        publishing.record_deletion(obj, **action_context(request))
        super().delete_model(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Sections, topics and images are saved by now.
        self.record(request, form, placed_as_typed(formsets))
        working_copies.record_save(request, form)
        if form.before and not presses_moment(request):
            level, words = keep_typed_moment(request, form.instance, form.before.moment)
            if words:
                self.message_user(request, words, level)

    def record(self, request: HttpRequest, form: Any, placed: Set[int] = frozenset()) -> None:
        """Record the saved change, or raise the exception that rolls it back."""
        if form.before is None:
            publishing.record_creation(form.instance, **action_context(request))
            return
        require_changes_read(form)
        require_proposal(form)
        require_change_for_note(form)
        kind = form.cleaned_data.get("change_kind") or Version.Kind.MINOR
        note = form.cleaned_data.get("change_note", "")
        before, context = form.before.snapshot, action_context(request)
        publishing.record_change(form.instance, kind, note, before, placed, **context)


def _separate_notices(context: dict[str, Any]) -> list[str]:
    """Return non-field errors as notices if the form has no other errors."""
    form = context["adminform"].form
    notices = list(form.errors_before) if form.is_bound else []
    if notices and len(context["errors"]) == 1 and notices == list(form.non_field_errors()):
        context["errors"] = []  # else Django asks to correct an error below
        return notices
    return []


def _with_contact_choice(names: list[str]) -> list[str]:
    at = names.index("contact")
    return [*names[:at], "contact_from", *names[at:]]


def _has_public_page(release: Release) -> bool:
    is_draft = release.status in (Release.Status.DRAFT, Release.Status.IN_REVIEW)
    return not is_draft and not release.is_embargoed()


def get_user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin requires sign-in
    return request.user
