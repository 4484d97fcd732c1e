"""Statuses of a release and kinds of its versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseStatus(models.TextChoices):
    DRAFT = "draft", "draft"
    IN_REVIEW = "in_review", "in review"
    APPROVED = "approved", "approved"
    WITHDRAWN = "withdrawn", "withdrawn"
    REMOVED = "removed", "removed"
    BLOCKED = "blocked", "blocked by law"


class VersionKind(models.TextChoices):
    ISSUED = "issued", _("issued")
    CORRECTION = "correction", _("correction")
    UPDATE = "update", _("update")
    MINOR = "minor", _("minor edit")
    WITHDRAWAL = "withdrawal", _("withdrawal")
    REINSTATEMENT = "reinstated", _("reinstatement")
