"""Page of an invitation's link, where the person chooses a password. It needs no sign-in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse_lazy

from pressroom.infra.http.client_ip import client_address
from releases.publishing import account_rights, invitations


class ChoosePasswordForm(SetPasswordForm):
    """Django's form, which checks the password by the site's validators."""

    origin = ""

    def save(self, commit: bool = True) -> User:
        password = self.cleaned_data["new_password1"]
        return invitations.accept_invitation(self.user, password, origin=self.origin)


class InvitationView(PasswordResetConfirmView):
    """Choose a password by a link that works once, and sign in.

    Unknown, used and expired links get the same page, which names nobody.
    """

    site: Any = None  # the admin site
    form_class = ChoosePasswordForm
    template_name = "admin/invitation.html"
    token_generator = invitations.tokens
    success_url = reverse_lazy("admin:index")
    title = "Choose your password"
    post_reset_login = True
    post_reset_login_backend = account_rights.BACKEND

    def get_user(self, uidb64: str) -> Any:
        account = super().get_user(uidb64)
        return account if account and account.is_active else None

    def get_form(self, form_class: Any = None) -> Any:
        form: Any = super().get_form(form_class)
        form.origin = f"invitation, {client_address(self.request) or 'address unknown'}"
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context_data(**kwargs)
        if not self.validlink:
            shown["title"] = "This link does not work"
        # No menu: whoever is signed in here may be someone else.
        return {**self.site.each_context(self.request), **shown, "has_permission": False}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        status = HTTPStatus.OK if self.validlink else HTTPStatus.NOT_FOUND
        return super().render_to_response(context, **{"status": status, **kwargs})
