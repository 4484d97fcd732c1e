"""Sending of a release to press lists: choice, rehearsal, and log."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from releases import publishing
from releases.admin.action_pages import ActionPages, action_context
from releases.admin.actions import ActionForm
from releases.admin.status import describe_status
from releases.mail import press as mail
from releases.models import AuditEntry, PressMailing, PressRecipient, PressTag, Release

When = PressMailing.When
GETS = {
    When.NOW: "the full text",
    When.LIFT: "the full text, when the embargo ends",
    When.AHEAD: "the title and the embargo, with a personal preview link",
}


NOTICE = "the notice that it was withdrawn, with the reason"


class PressForm(ActionForm):
    when = forms.ChoiceField(widget=forms.RadioSelect)
    lists = forms.ModelMultipleChoiceField(
        PressTag.objects.all(), label="Press lists", widget=forms.CheckboxSelectMultiple
    )
    fingerprint = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    def offer(self, release: Release) -> None:
        """Offer the moments that the release's state allows."""
        allowed = [When.AHEAD, When.LIFT] if release.is_embargoed() else [When.NOW]
        labels = {When.NOW: "Now", When.LIFT: "When the embargo ends"}
        labels[When.AHEAD] = "Ahead, now: under embargo, each with a personal preview link"
        choices: Any = self.fields["when"]
        choices.choices = [(each.value, labels[each]) for each in allowed]
        choices.initial = allowed[0].value


class PressPages(ActionPages):
    """Release admin with a page that sends it to the press."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/press/", view(never_cache(self.press)), name="releases_release_press"),
            path(
                "<int:pk>/press/<int:mailing>/cancel/",
                view(require_POST(self.cancel_press)),
                name="releases_release_press_cancel",
            ),
            *super().get_urls(),
        ]

    def press(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the choice and the log; on POST the rehearsal, and with its fingerprint send."""
        release = self._press_release(request, pk)
        form = PressForm(request.POST or None, initial={"seen": release.updated_at.isoformat()})
        form.offer(release)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            try:
                if form.cleaned_data["fingerprint"]:
                    return self._send(request, release, form)
                context |= _rehearsal(release, form)
            except publishing.ActionRefusedError as refused:
                context["reasons"] = refused.reasons
        page = "admin/releases/release/press.html"
        return render(request, page, {**self._press_context(request, release), **context})

    def cancel_press(self, request: HttpRequest, pk: int, mailing: int) -> HttpResponse:
        """Send nothing more of a mailing."""
        release = self._press_release(request, pk)
        row = get_object_or_404(release.press_mailings, pk=mailing)
        try:
            publishing.cancel_press_mailing(row, **action_context(request))
        except publishing.ActionRefusedError as refused:
            self.message_user(request, str(refused), messages.ERROR)
        else:
            self.message_user(request, "Nothing more of it is sent.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:releases_release_press", args=[pk]))

    def _send(self, request: HttpRequest, release: Release, form: PressForm) -> HttpResponse:
        given = form.arguments()
        given["tags"] = list(given.pop("lists"))
        mailing = publishing.send_to_press(release, **given, **action_context(request))
        count = mailing.recipients.count()
        moment = "when the embargo ends" if mailing.when == When.LIFT else "now"
        sentence = f"It goes out to {count} {'person' if count == 1 else 'people'} {moment}."
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:releases_release_press", args=[release.pk]))

    def _press_release(self, request: HttpRequest, pk: int) -> Release:
        # The page names people, whom only those may see who keep the lists.
        if not request.user.has_perm("releases.view_journalist"):
            raise PermissionDenied
        return self._get_viewable(request, pk)

    def _press_context(self, request: HttpRequest, release: Release) -> dict[str, Any]:
        now, person = timezone.now(), request.user
        may = publishing.may(person, AuditEntry.Action.SENT_TO_PRESS)  # type: ignore[arg-type]
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Send to press: {release}",
            "original": release,
            "status": describe_status(release, now),
            "can_send": _can_send(release, now),
            "has_lists": PressTag.objects.exists(),
            "refusal": "" if may else publishing.refusal_message(AuditEntry.Action.SENT_TO_PRESS),
            "mailings": [(each, each.is_open(now)) for each in _mailings(release)],
        }


def _can_send(release: Release, at: datetime.datetime) -> bool:
    if release.is_published(at) or release.is_embargoed(at):
        return True
    rows = PressRecipient.objects.filter(mailing__release=release, sent_at__isnull=False)
    return release.release_at is not None and rows.exists()


def _rehearsal(release: Release, form: PressForm) -> dict[str, Any]:
    when, lists, now = form.cleaned_data["when"], form.cleaned_data["lists"], timezone.now()
    found = publishing.rehearse_press(release, when, lists, now)
    at = release.release_at if when == When.LIFT and release.release_at else now
    return {
        "rehearsal": found,
        "mails": [
            (_language_name(language), mail.rehearse(release, language, at))
            for language in sorted({person.language for person in found.recipients})
        ],
        "gets": GETS[When(when)] if release.status == Release.Status.APPROVED else NOTICE,
        "chosen": lists,
        "when": when,
    }


def _language_name(code: str) -> str:
    return str(get_language_info(code)["name"])


def _mailings(release: Release) -> list[PressMailing]:
    opened = Count("link__uses", filter=Q(link__uses__file=""))
    rows = PressRecipient.objects.select_related("link").annotate(opened=opened)
    mailings = release.press_mailings.select_related("made_by")
    return list(mailings.prefetch_related(Prefetch("recipients", rows)))
