"""Press contacts of the office."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q

from releases.models.clean_fields import CleanCharField


class ContactQuerySet(models.QuerySet["Contact"]):
    def valid_on(self, day: datetime.date) -> ContactQuerySet:
        """Return the contacts whose period includes the day."""
        has_begun = Q(valid_from=None) | Q(valid_from__lte=day)
        return self.filter(has_begun, Q(valid_until=None) | Q(valid_until__gte=day))


class Contact(models.Model):
    """A person or desk that reporters can reach. Releases print a copy of its text."""

    name = CleanCharField(max_length=200)
    role = CleanCharField(max_length=200, blank=True, help_text="For example Press Secretary.")
    phone = CleanCharField(max_length=80, blank=True)
    email = models.EmailField("e-mail", blank=True)
    valid_from = models.DateField(null=True, blank=True, help_text="Empty: always.")
    valid_until = models.DateField(null=True, blank=True, help_text="Last day. Empty: no end.")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contact_ends_after_it_begins",
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gte=F("valid_from")),
                violation_error_message="The last day must not be before the first one.",
            ),
            models.CheckConstraint(
                name="contact_can_be_reached",
                condition=~Q(phone="") | ~Q(email=""),
                violation_error_message="Enter a phone number or an e-mail address.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name

    def printed(self) -> str:
        """Return the text as printed on a release."""
        return "\n".join(line for line in (str(self), self.phone, self.email) if line)
