"""The forms of the sign-in and of the second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.signals import user_login_failed

from pressroom.infra.accounts import second_factor

CODE_MISSING = "Your account has a second factor: enter your password again, and the code too."
CODE_WRONG = (
    "That code is not right, or it was used already. Enter your password again and the code that "
    "your app shows now. After a wrong code it takes a moment, after many up to nine minutes, "
    "until another one is looked at."
)


class CodeForm(forms.Form):
    """A code from the app or from the list of recovery codes."""

    code = forms.CharField(max_length=20)


class SignInForm(AdminAuthenticationForm):
    """Username, password, and the code of those who have a second factor."""

    username = UsernameField(max_length=150, widget=forms.TextInput(attrs={"autofocus": True}))
    code = forms.CharField(
        label="Code",
        max_length=20,
        required=False,
        help_text="From your app, or a recovery code. Leave it empty if you have set up none.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def confirm_login_allowed(self, user: Any) -> None:
        """The password was right. A wrong code counts as a failed sign-in all the same."""
        super().confirm_login_allowed(user)
        if not second_factor.is_set_up(user):
            return
        code = self.cleaned_data.get("code", "")
        if not code:
            raise forms.ValidationError(CODE_MISSING, code="code_missing")
        user.otp_device = second_factor.verify(user, code)
        if user.otp_device is None:
            user_login_failed.send(
                sender=__name__,
                credentials={"username": user.get_username()},
                request=self.request,
            )
            raise forms.ValidationError(CODE_WRONG, code="code_wrong")
