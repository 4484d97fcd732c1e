"""Comments of staff on releases. Never public, exported or restored."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from releases.models.clean_fields import CleanLineField, CleanTextField
from releases.models.release import Release


class Comment(models.Model):
    """A comment on a release or one of its paragraphs, or a reply; open until it is settled."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.CASCADE,
        related_name="replies",
        help_text="The comment that this one answers.",
    )
    paragraph = models.PositiveIntegerField(
        null=True, help_text="Number of the paragraph then; empty for the whole release."
    )
    quote = CleanLineField(blank=True, help_text="First words of the paragraph at that time.")
    text = CleanTextField(is_markdown=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="comment_says_something",
                condition=~Q(text=""),
                violation_error_message="Write a comment.",
            ),
            models.CheckConstraint(
                name="comment_is_settled_by_someone",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False, parent__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["release"],
                condition=Q(settled_at__isnull=True, parent__isnull=True),
                name="comment_open",
            )
        ]

    def __str__(self) -> str:
        return f"Comment of {self.at:%Y-%m-%d %H:%M}"

    @property
    def where(self) -> str:
        """Return the part of the release that it is about, in words."""
        return f"paragraph {self.paragraph}" if self.paragraph else "the whole release"
