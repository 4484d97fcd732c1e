"""Invitation of people, and the pages that end and begin an account's access."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from pressroom.infra.accounts import second_factor
from pressroom.infra.office import origin
from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.cleaning_messages import CleanText
from releases.mail import outgoing
from releases.models import Invitation, OutgoingMail
from releases.publishing import account_rights, accounts, invitations, roles
from releases.publishing.invitations import Invited
from releases.publishing.scheduling import format_moment

MAX_NAME = 150  # characters


class RoleField(forms.ModelChoiceField):
    """Radio buttons of the roles, each with what its members do."""

    widget = forms.RadioSelect

    def label_from_instance(self, group: Any) -> str:
        return roles.describe(group)


class InvitationForm(forms.Form):
    """Name, address and role of a new member of staff."""

    name = CleanText(max_length=MAX_NAME, widget=forms.TextInput(attrs={"size": 40}))
    email = forms.EmailField(
        label="E-mail",
        widget=forms.EmailInput(attrs={"size": 40}),
        help_text="It gets the invitation, and is the username.",
    )
    role = RoleField(None, empty_label=None)

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, RoleField)
        field.queryset = account_rights.roles_to_give(person)


@dataclass(frozen=True)
class AccessAction:
    """A change of an account's access: its button, what it does in sentences, and its action."""

    label: str
    sentences: tuple[str, ...]
    success: str
    run: Callable[..., User | Invited]


ACTIONS = {
    "invite": AccessAction(
        "Send a new invitation",
        ("A new link to choose a password is sent. Links sent before stop working.",),
        "",
        invitations.invite_again,
    ),
    "revoke": AccessAction(
        "Revoke the invitation",
        ("The link stops working and the account is deactivated. You can reactivate it later.",),
        "The invitation is revoked.",
        invitations.revoke_invitation,
    ),
    "deactivate": AccessAction(
        "Deactivate",
        (
            "The person is signed out everywhere at once and cannot sign in again. Their private "
            "calendar address stops working, and they get no more e-mail.",
            "What they wrote, and the record of what they did, stays.",
        ),
        "The account is deactivated.",
        accounts.deactivate,
    ),
    "reactivate": AccessAction(
        "Reactivate",
        (
            "The person can sign in again with their password and second factor. They have to make "
            "a new calendar address.",
        ),
        "The account is active again.",
        accounts.reactivate,
    ),
}


class AccountPages(admin.ModelAdmin):
    """User admin that invites instead of asking for a password."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        pages = [
            path(
                f"<int:id>/{name}/",
                self.admin_site.admin_view(self.access_page),
                {"name": name},
                name=f"auth_user_{name}",
            )
            for name in ACTIONS
        ]
        return [*pages, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for name, address and role; on POST, invite."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        form = InvitationForm(request.user, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                invited = invitations.invite(**form.cleaned_data, **action_context(request))
            except publishing.ActionRefusedError as refused:
                form.add_error("email", refused.reasons[0])
            else:
                return self._invited(request, invited)
        context = {"form": form, "is_mail_sent": outgoing.is_configured()}
        return self._page(request, "Invite someone", "Invite", context)

    def access_page(self, request: HttpRequest, id: int, name: str) -> HttpResponse:  # noqa: A002 - as Django
        """Say what the action does; on POST, run it or explain why it is refused."""
        account = self.get_object(request, str(id))
        if account is None:
            raise Http404("There is no such account.")
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        action = ACTIONS[name]
        context: dict[str, Any] = {"account": account, "action": action}
        if request.method == "POST":
            try:
                done = action.run(account, **action_context(request))
            except publishing.ActionRefusedError as refused:
                context["reasons"] = refused.reasons
            else:
                if isinstance(done, Invited):
                    return self._invited(request, done)
                self.message_user(request, action.success, messages.SUCCESS)
                return HttpResponseRedirect(_change_url(account))
        title = f"{action.label}: {accounts.name_of(account)}"
        return self._page(request, title, action.label, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the form with the account's access above it."""
        account = self.get_object(request, object_id)
        context = {"subtitle": "", "show_save_and_add_another": False, **(extra_context or {})}
        if account:
            context |= {"title": accounts.name_of(account), **access_of(account)}
        if account and not self.has_change_permission(request, account):
            context["buttons"] = []
        return super().change_view(request, object_id, form_url, context)

    def _invited(self, request: HttpRequest, invited: Invited) -> HttpResponse:
        """Go back to the account, or show the link once where no e-mail is sent."""
        account, until = invited.account, format_moment(invited.invitation.expires_at)
        if outgoing.is_configured():
            sentence = f"An invitation goes to {account.email}. Its link works until {until}."
            self.message_user(request, sentence, messages.SUCCESS)
            return HttpResponseRedirect(_change_url(account))
        context = {"account": account, "until": until, "link": origin(request) + invited.path}
        title = f"Invitation of {accounts.name_of(account)}"
        return self._page(request, title, "", context)

    def _page(
        self, request: HttpRequest, title: str, label: str, context: dict[str, Any]
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)
        context = {**site, "opts": self.opts, "title": title, "label": label, **context}
        context["original"] = context.get("account")
        return render(request, "admin/auth/user/page.html", context)


def access_of(account: User) -> dict[str, Any]:
    """Return what the account's page says about its access, and the buttons that fit."""
    mails = OutgoingMail.objects.filter(person=account, kind=invitations.KIND)
    return {
        "state": state_of(account),
        "invitation": Invitation.of(account),
        "mail": mails.order_by("pk").last(),
        "is_protected": second_factor.is_set_up(account),
        "buttons": [
            (ACTIONS[name].label, reverse(f"admin:auth_user_{name}", args=[account.pk]))
            for name in _fitting(account)
        ],
    }


def state_of(account: User) -> str:
    """Return in a few words whether the account can sign in."""
    if not account.is_active:
        return "deactivated"
    invitation = Invitation.of(account)
    if invitation and invitation.expires_at <= timezone.now():
        return "invitation expired"
    if invitation:
        return "invited"
    return "active" if account.has_usable_password() else "has no password"


def _fitting(account: User) -> list[str]:
    """Return the names of the actions that are possible now."""
    if not account.is_active:
        return ["reactivate"]
    invite = [] if account.has_usable_password() else ["invite"]
    return [*invite, "revoke" if Invitation.of(account) else "deactivate"]


def _change_url(account: User) -> str:
    return reverse("admin:auth_user_change", args=[account.pk])
