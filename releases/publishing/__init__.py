"""The verbs of publishing. Each is atomic, holds the release's row lock, can explain its refusal,
and leaves an audit line; where the public reads something new it writes the version that says so,
and queues what the search index must make anew."""

from releases.publishing.approval import (
    approve,
    blockers,
    recall,
    reschedule,
    send_back,
    submit,
)
from releases.publishing.base import Act, Refused, changed_since, kept_by_constraints
from releases.publishing.bulk import Result, each
from releases.publishing.checklist import doubts
from releases.publishing.corrections import (
    file_under,
    pair,
    record_change,
    record_creation,
    record_deletion,
    rename,
)
from releases.publishing.draft_cleaning import clean_draft
from releases.publishing.previews import note_use, revoke, share
from releases.publishing.proposals import (
    approve_correction,
    decline_correction,
    objections_to_proposal,
    open_proposal,
    propose_correction,
    proposed_changes,
    take_back_correction,
)
from releases.publishing.roles import may, must_propose, refusal
from releases.publishing.scheduling import PASSED, Unconfirmed, proposed_moment, questions
from releases.publishing.topics import delete_topics, save_topic
from releases.publishing.withdrawal import block, reinstate, remove, withdraw

__all__ = [
    "PASSED",
    "Act",
    "Refused",
    "Result",
    "Unconfirmed",
    "approve",
    "approve_correction",
    "block",
    "blockers",
    "changed_since",
    "clean_draft",
    "decline_correction",
    "delete_topics",
    "doubts",
    "each",
    "file_under",
    "kept_by_constraints",
    "may",
    "must_propose",
    "note_use",
    "objections_to_proposal",
    "open_proposal",
    "pair",
    "propose_correction",
    "proposed_changes",
    "proposed_moment",
    "questions",
    "recall",
    "record_change",
    "record_creation",
    "record_deletion",
    "refusal",
    "reinstate",
    "remove",
    "rename",
    "reschedule",
    "revoke",
    "save_topic",
    "send_back",
    "share",
    "submit",
    "take_back_correction",
    "withdraw",
]
