"""Admin for contacts, and the choice of one in the release form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone

from releases.admin.cleaning_messages import CleaningMessages
from releases.admin.lists import BoundedList
from releases.models import Contact


@admin.register(Contact)
class ContactAdmin(CleaningMessages, BoundedList):
    list_display = ["name", "role", "phone", "email", "valid_from", "valid_until"]
    search_fields = ["name", "role"]


class ContactSelect(forms.Select):
    """Select whose options carry the text that the script fills in."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["data-printed"] = value.instance.printed()
        return option


class ContactChoiceField(forms.ModelChoiceField):
    """Choice of a contact whose text replaces the release's."""

    def __init__(self) -> None:
        super().__init__(
            Contact.objects.none(),
            label="Take the contact from the list",
            required=False,
            empty_label="Keep the contact below",
            widget=ContactSelect(attrs={"data-fills": "id_contact"}),
            help_text="Replaces the contact below. The release keeps it when the list changes.",
        )

    def offer_valid(self) -> None:
        """Offer the contacts that are valid today."""
        self.queryset = Contact.objects.valid_on(timezone.localdate())
