"""Form fields for what is printed on a release."""

from __future__ import annotations

from typing import Any

from django import forms


class PrintedText(forms.CharField):
    """Text of any number of lines, each ending as the archive has it: browsers send CR and LF for
    every line end, which would make a change of each text that somebody only looked at."""

    def to_python(self, value: Any) -> str:
        """The text with LF line ends."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
