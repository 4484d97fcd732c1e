"""Settings of one member of staff."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ListDensity(models.TextChoices):
    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class StaffSettings(models.Model):
    """Choices of one person; without a row, the defaults."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="staff_settings",
    )
    gets_mail = models.BooleanField(
        "e-mail me when something waits for me",
        default=True,
        help_text="One e-mail for each release, with its title and a link.",
    )
    list_density = models.CharField(
        max_length=12, choices=ListDensity, default=ListDensity.COMFORTABLE
    )
    # HMAC of the token in the private calendar address; null: there is none.
    calendar_digest = models.CharField(max_length=64, unique=True, null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Settings of {self.person_id}"

    @classmethod
    def of(cls, person: models.Model) -> StaffSettings:
        """Return the person's settings, unsaved defaults if there are none."""
        return cls.objects.filter(person=person.pk).first() or cls(person_id=person.pk)
