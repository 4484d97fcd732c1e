"""Similar releases and the vocabulary of the archive, both derived and rebuildable."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from releases.models.clean_fields import CleanTextField
from releases.models.release import Release


class VocabularyWord(models.Model):
    """A word, folded as in the index, that some release has or once had."""

    # May come from a release under embargo: check with `published` before showing it.
    # The migration adds a trigram index where the server supports it.
    word = models.TextField(primary_key=True)

    def __str__(self) -> str:
        return self.word


class SimilarReleases(models.Model):
    """The releases most similar to one, most similar first, as computed at `made_at`."""

    release = models.OneToOneField(
        Release, on_delete=models.CASCADE, primary_key=True, related_name="similar_releases"
    )
    others = ArrayField(
        models.BigIntegerField(),
        help_text="Release ids. Filter with `published` before showing them.",
    )
    made_at = models.DateTimeField()
    archive_size = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of public releases when it was computed."
    )
    error = CleanTextField(is_markdown=True, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "similar releases"
        db_table = "releases_likeness"

    def __str__(self) -> str:
        return f"{self.release_id} is like {self.others}"
