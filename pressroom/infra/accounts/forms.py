"""Forms for signing in and for second-factor codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.signals import user_login_failed

from pressroom.infra.accounts import second_factor

CODE_MISSING = "Your account has a second factor: enter your password again, and the code."
CODE_WRONG = (
    "That code is wrong or was already used. Enter your password again and the code that your app "
    "shows now. After a wrong code you have to wait a moment, and after many up to nine minutes, "
    "before you can try another."
)


class CodeForm(forms.Form):
    """Code from the authenticator app, or a recovery code."""

    code = forms.CharField(max_length=20)


class SignInForm(AdminAuthenticationForm):
    """Username, password and, for accounts with a second factor, a code."""

    username = UsernameField(max_length=150, widget=forms.TextInput(attrs={"autofocus": True}))
    code = forms.CharField(
        label="Code",
        max_length=20,
        required=False,
        help_text="From your app, or a recovery code. Leave empty if you have no second factor.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def confirm_login_allowed(self, user: Any) -> None:
        """Verify the code after the password. A wrong code counts as a failed sign-in."""
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
