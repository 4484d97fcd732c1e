"""Form fields for what is printed on a release."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Field, TextField


class PrintedText(forms.CharField):
    """Text of any number of lines, each ending as the archive has it: browsers send CR and LF for
    every line end, which would make a change of each text that somebody only looked at."""

    def to_python(self, value: Any) -> str:
        """The text with LF line ends."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


# Of an admin; a Meta's own widgets stay as they are.
LINE_ENDS_KEPT: dict[type[Field], dict[str, Any]] = {TextField: {"form_class": PrintedText}}
