"""Database models. Invariants are named constraints or database triggers."""

from releases.models.audit import AuditEntry
from releases.models.boilerplate import Boilerplate, BoilerplateText
from releases.models.comments import Comment
from releases.models.contacts import Contact
from releases.models.feed_authority import FeedAuthority
from releases.models.files import Attachment, Image
from releases.models.import_runs import ImportedRecord, ImportRun
from releases.models.invitations import Invitation
from releases.models.legacy_urls import LegacyURL
from releases.models.numbers import NumberSeries
from releases.models.office import Office
from releases.models.outgoing_calls import OutgoingCall
from releases.models.outgoing_mail import OutgoingMail
from releases.models.presence import Presence
from releases.models.press import Journalist, PressMailing, PressRecipient, PressTag
from releases.models.previews import PreviewLink, PreviewUse
from releases.models.proposals import ProposedCorrection
from releases.models.public_changes import PublicChange
from releases.models.redirects import MissedAddress, Redirect
from releases.models.release import Release
from releases.models.release_templates import ReleaseTemplate, TemplateSection
from releases.models.rendered_pages import RenderedPage
from releases.models.search_outbox import SearchChange
from releases.models.search_words import MissedSearch, PinnedResult, Synonym
from releases.models.section import Section
from releases.models.similarity import SimilarReleases, VocabularyWord
from releases.models.staff_settings import StaffSettings
from releases.models.subscriptions import (
    Announcement,
    DigestRun,
    EndedAddress,
    ReceivedRelease,
    Subscriber,
    Subscription,
)
from releases.models.topic import Topic, TopicRedirect
from releases.models.upload_quota import Upload
from releases.models.version import Version
from releases.models.working_copy import DraftState, SentForm, WorkingCopy

__all__ = [
    "Announcement",
    "Attachment",
    "AuditEntry",
    "Boilerplate",
    "BoilerplateText",
    "Comment",
    "Contact",
    "DigestRun",
    "DraftState",
    "EndedAddress",
    "FeedAuthority",
    "Image",
    "ImportRun",
    "ImportedRecord",
    "Invitation",
    "Journalist",
    "LegacyURL",
    "MissedAddress",
    "MissedSearch",
    "NumberSeries",
    "Office",
    "OutgoingCall",
    "OutgoingMail",
    "PinnedResult",
    "Presence",
    "PressMailing",
    "PressRecipient",
    "PressTag",
    "PreviewLink",
    "PreviewUse",
    "ProposedCorrection",
    "PublicChange",
    "ReceivedRelease",
    "Redirect",
    "Release",
    "ReleaseTemplate",
    "RenderedPage",
    "SearchChange",
    "Section",
    "SentForm",
    "SimilarReleases",
    "StaffSettings",
    "Subscriber",
    "Subscription",
    "Synonym",
    "TemplateSection",
    "Topic",
    "TopicRedirect",
    "Upload",
    "Version",
    "VocabularyWord",
    "WorkingCopy",
]
