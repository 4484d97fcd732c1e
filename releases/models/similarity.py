"""What is learned of the archive beside its search index. All of it can be made anew."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from releases.models.clean_fields import CleanTextField
from releases.models.release import Release


class VocabularyWord(models.Model):
    """A word that some release has, or once had, folded as the index has it.

    Whether the public may be told of it is asked of the gate each time.
    """

    # A trigram index on it is made by the migration, where the server offers that.
    word = models.TextField(primary_key=True)

    def __str__(self) -> str:
        return self.word


class Likeness(models.Model):
    """The releases that are most like one, the most alike first, as they were at `made_at`."""

    release = models.OneToOneField(
        Release, on_delete=models.CASCADE, primary_key=True, related_name="likeness"
    )
    others = ArrayField(models.BigIntegerField(), help_text="Release ids; the gate still decides.")
    made_at = models.DateTimeField()
    error = CleanTextField(is_markdown=True, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"{self.release_id} is like {self.others}"
