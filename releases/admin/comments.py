"""Conversation about a release: comments, replies, and who has the form open now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from releases import publishing
from releases.admin.action_pages import ActionPages
from releases.admin.cleaning_messages import CleanText
from releases.admin.status import describe_status
from releases.models import Comment, Presence, Release
from releases.publishing import comments

SETTLE, REOPEN, REPLY = "settle", "reopen", "reply"
MAX_KEY = 2**63 - 1
MAX_CHOICES = 500  # paragraphs offered to comment on
EXCERPT = 80  # characters of a paragraph in a choice
SHOWN_ON_FORM = 5


class CommentForm(forms.Form):
    """New comment, reply, or decision on a comment."""

    paragraph = forms.TypedChoiceField(label="About", required=False, coerce=int, empty_value=None)
    text = CleanText(
        label="Comment",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only staff can see it.",
    )
    act = forms.CharField(required=False, widget=forms.HiddenInput)
    comment = forms.IntegerField(
        required=False, min_value=1, max_value=MAX_KEY, widget=forms.HiddenInput
    )

    def __init__(self, release: Release, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["paragraph"]
        self.texts = comments.paragraphs(release)
        choices = enumerate(self.texts[:MAX_CHOICES], start=1)
        numbered = [(n, f"Paragraph {n}: {text[:EXCERPT]}") for n, text in choices]
        field.choices = [("", "The whole release"), *numbered]

    @transaction.atomic
    def run(self, release: Release, request: HttpRequest) -> Comment:
        """Do what was asked; a reply typed next to “Settle” is kept. Raises ActionRefusedError."""
        person: Any = request.user
        now, sent = timezone.now(), self.cleaned_data
        key = sent["comment"] or 0
        if sent["act"] == SETTLE:
            if sent["text"]:
                comments.add_comment(release, sent["text"], person, now, parent=key)
            return comments.settle_comment(release, key, person, now)
        if sent["act"] == REOPEN:
            return comments.reopen_comment(release, key, person)
        parent = key if sent["act"] == REPLY else None
        return comments.add_comment(release, sent["text"], person, now, sent["paragraph"], parent)


class CommentPages(ActionPages):
    """Release admin with a page for comments and an endpoint for open forms."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view = self.admin_site.admin_view
        pages = [
            path(
                "<int:pk>/comments/",
                view(never_cache(self.comments_page)),
                name="releases_release_comments",
            ),
            path(
                "<int:pk>/presence/",
                view(require_POST(self.report_presence)),
                name="releases_release_presence",
            ),
        ]
        return [*pages, *super().get_urls()]

    def comments_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List comments with a form for each; on POST, add, settle or reopen one."""
        release = self._get_viewable(request, pk)
        first = {"paragraph": request.GET.get("paragraph", "")}
        form = CommentForm(release, request.POST or None, initial=first)
        if request.method == "POST" and form.is_valid():
            try:
                comment = form.run(release, request)
            except publishing.ActionRefusedError as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                top = comment.parent_id or comment.pk
                return HttpResponseRedirect(f"{request.path}#comment-{top}")
        return render(
            request,
            "admin/releases/release/comments.html",
            {**self._comments_context(request, release, form), "form": form},
        )

    def report_presence(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record that the form is open; return who else has it open, as a JSON sentence."""
        release = self._get_viewable(request, pk)
        person: Any = request.user
        comments.note_presence(release, person, timezone.now())
        return JsonResponse({"others": presence_sentence(request, release)})

    def _comments_context(
        self, request: HttpRequest, release: Release, form: CommentForm
    ) -> dict[str, Any]:
        replies = Prefetch("replies", Comment.objects.select_related("by"))
        rows = release.comments.filter(parent=None).select_related("by", "settled_by")
        found: list[Any] = list(rows.prefetch_related(replies))
        for comment in found:
            comment.place = comments.place(comment, form.texts)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Comments: {release}",
            "original": release,
            "status": describe_status(release, timezone.now()),
            "open": [comment for comment in found if comment.settled_at is None],
            "settled": [comment for comment in found if comment.settled_at],
            "change_page": reverse("admin:releases_release_change", args=[release.pk]),
        }


def form_context(request: HttpRequest, release: Release) -> dict[str, Any]:
    """Return the open comments and who else is there, for the release's form."""
    found = comments.open_comments(release)
    return {
        "open_comments": found.order_by("-id")[:SHOWN_ON_FORM],
        "open_comment_count": found.count(),
        "comments_url": reverse("admin:releases_release_comments", args=[release.pk]),
        "presence": presence_sentence(request, release),
        "presence_url": reverse("admin:releases_release_presence", args=[release.pk]),
    }


def presence_sentence(request: HttpRequest, release: Release) -> str:
    """Return who else has the form open, as “Ana Ruiz has had this open since 9:40 a.m.”"""
    person: Any = request.user
    others = comments.others_present(release, person, timezone.now())
    return " ".join(f"{_name(row)} has had this open since {_clock(row)}." for row in others)


def _name(row: Presence) -> str:
    return row.by.get_full_name() or row.by.get_username()


def _clock(row: Presence) -> str:
    local = timezone.localtime(row.since)
    is_today = local.date() == timezone.localdate()
    return format_date(local, "P" if is_today else "F j, P").rstrip(".")
