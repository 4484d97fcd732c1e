"""Actions: the only code that changes public or approved releases.

Each runs in one transaction under the release's row lock, explains its refusal, adds an audit
entry, writes a version if the public text changes, and queues the release for the search index.
"""

from releases.publishing.approval import (
    approve,
    blockers,
    propose_moment,
    recall,
    reschedule,
    send_back,
    submit,
)
from releases.publishing.base import (
    ActionContext,
    ActionRefusedError,
    changed_since,
    refusing_constraint_violations,
)
from releases.publishing.boilerplate import save_boilerplate, use_boilerplate
from releases.publishing.bulk import BulkResult, apply_to_each
from releases.publishing.checklist import CheckedText, Point, checklist_items, points
from releases.publishing.copies import (
    copy_release,
    create_from_template,
    save_translation,
    start_translation,
)
from releases.publishing.corrections import (
    add_topics,
    record_change,
    record_creation,
    record_deletion,
    rename,
    set_original,
)
from releases.publishing.draft_cleaning import clean_draft
from releases.publishing.import_warnings import resolve_import_warnings
from releases.publishing.office import save_office
from releases.publishing.press import cancel_press_mailing, rehearse_press, send_to_press
from releases.publishing.press_lists import (
    clear_journalist,
    export_press_list,
    import_press_list,
)
from releases.publishing.previews import create_preview, record_preview_use, revoke_preview
from releases.publishing.proposals import (
    approve_correction,
    decline_correction,
    objections_to_proposal,
    open_proposal,
    propose_correction,
    proposed_changes,
    take_back_correction,
)
from releases.publishing.redirect_batches import RedirectBatch
from releases.publishing.redirects import delete_redirects, save_redirect
from releases.publishing.redirects import prepare as prepare_redirect
from releases.publishing.roles import may, must_propose, refusal_message
from releases.publishing.scheduling import (
    PASSED,
    ConfirmationRequiredError,
    confirmation_reasons,
    format_moment,
    proposed_moment,
)
from releases.publishing.search_words import (
    delete_pinned,
    delete_synonyms,
    prepare_pinned,
    prepare_synonym,
    save_pinned,
    save_synonym,
)
from releases.publishing.standard_templates import add_standard_templates
from releases.publishing.topics import delete_topics, merge_topics, save_topic
from releases.publishing.withdrawal import block, reinstate, remove, withdraw

__all__ = [
    "PASSED",
    "ActionContext",
    "ActionRefusedError",
    "BulkResult",
    "CheckedText",
    "ConfirmationRequiredError",
    "Point",
    "RedirectBatch",
    "add_standard_templates",
    "add_topics",
    "apply_to_each",
    "approve",
    "approve_correction",
    "block",
    "blockers",
    "cancel_press_mailing",
    "changed_since",
    "checklist_items",
    "clean_draft",
    "clear_journalist",
    "confirmation_reasons",
    "copy_release",
    "create_from_template",
    "create_preview",
    "decline_correction",
    "delete_pinned",
    "delete_redirects",
    "delete_synonyms",
    "delete_topics",
    "export_press_list",
    "format_moment",
    "import_press_list",
    "may",
    "merge_topics",
    "must_propose",
    "objections_to_proposal",
    "open_proposal",
    "points",
    "prepare_pinned",
    "prepare_redirect",
    "prepare_synonym",
    "propose_correction",
    "propose_moment",
    "proposed_changes",
    "proposed_moment",
    "recall",
    "record_change",
    "record_creation",
    "record_deletion",
    "record_preview_use",
    "refusal_message",
    "refusing_constraint_violations",
    "rehearse_press",
    "reinstate",
    "remove",
    "rename",
    "reschedule",
    "resolve_import_warnings",
    "revoke_preview",
    "save_boilerplate",
    "save_office",
    "save_pinned",
    "save_redirect",
    "save_synonym",
    "save_topic",
    "save_translation",
    "send_back",
    "send_to_press",
    "set_original",
    "start_translation",
    "submit",
    "take_back_correction",
    "use_boilerplate",
    "withdraw",
]
