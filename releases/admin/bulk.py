"""Actions on many selected releases, confirmed on one page and refused one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.bulk_approval import NOT_ON_PAGE, BulkApproval, posted_version
from releases.admin.cleaning_messages import CleaningMessages, CleanText
from releases.admin.lists import MAX_SELECTED, BoundedList
from releases.admin.typed_filters import TopicFilter, find_topic, topic_names
from releases.models import AuditEntry, Release, Topic

Action = AuditEntry.Action
MAX_TOPICS = 20  # added at once


class WithdrawManyForm(forms.Form):
    reason = CleanText(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="Shown to the public on each release."
    )


class TypedNames(forms.SelectMultiple):
    """Text inputs for several names, with suggestions."""

    inputs = 3

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        typed = list(value or ())[:MAX_TOPICS]
        texts = typed + [""] * (self.inputs - len(typed))
        widget = {"name": name, "attrs": self.build_attrs(self.attrs, attrs), "texts": texts}
        context = {"widget": widget, "names": topic_names()}
        return render_to_string("admin/typed_names.html", context)


class TopicsField(forms.Field):
    """Topics by their names."""

    widget = TypedNames

    def clean(self, value: Any) -> list[Topic]:
        """Return the topics. Raises ValidationError for a name without one."""
        texts = [text.replace("\0", "").strip() for text in value or ()]
        names = super().clean([text for text in texts if text][:MAX_TOPICS])
        found = {name: find_topic(name) for name in names}
        if unknown := [name for name, topic in found.items() if topic is None]:
            raise forms.ValidationError([TopicFilter.unknown.format(name) for name in unknown])
        return [topic for topic in found.values() if topic]


class AddTopicsForm(forms.Form):
    topics = TopicsField(
        help_text="Type the names of topics. They are added to those each release already has."
    )


class BulkActions(CleaningMessages, BoundedList, BulkApproval):
    """Admin whose list runs actions on the selected releases.

    Each runs in one transaction, after which the search index is written once.
    """

    actions = ["approve_many", "withdraw_many", "add_topics"]

    @admin.action(description="Withdraw …", permissions=["withdraw"])
    def withdraw_many(
        self, request: HttpRequest, releases: QuerySet[Release]
    ) -> HttpResponse | None:
        """Ask for one common reason, then withdraw each release."""
        form = WithdrawManyForm(request.POST if "apply" in request.POST else None)
        if not form.is_valid():
            return self._confirmation_page(request, releases, form, "withdraw_many", "Withdraw")
        reason = form.cleaned_data["reason"]
        self._apply_to_each(request, "is withdrawn", publishing.withdraw, releases, reason)
        self.name_cleaned(request, form)
        return None

    @admin.action(description="Add topics …", permissions=["change"])
    def add_topics(self, request: HttpRequest, releases: QuerySet[Release]) -> HttpResponse | None:
        """Ask for topics, then add them to each release."""
        typed = {"topics": request.POST.getlist("topics")}
        form = AddTopicsForm(request.POST if "apply" in request.POST else None, initial=typed)
        if not form.is_valid():
            return self._confirmation_page(request, releases, form, "add_topics", "Add topics")
        topics = form.cleaned_data["topics"]
        self._apply_to_each(
            request, "now has these topics", publishing.add_topics, releases, topics
        )
        return None

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may withdraw releases; read by Django's `permissions=`."""
        return publishing.may(request.user, Action.WITHDRAWN)  # type: ignore[arg-type]

    def _apply_to_each(
        self,
        request: HttpRequest,
        done: str,
        action_function: Callable[..., Release],
        releases: QuerySet[Release],
        *arguments: Any,
    ) -> None:
        """Run the action on each release and report each result as a message."""

        def run(release: Release, *arguments: Any, **act: Any) -> Release:
            expected_version = posted_version(request, release)
            if expected_version is None:
                raise publishing.ActionRefusedError(NOT_ON_PAGE)
            return action_function(release, *arguments, expected_version=expected_version, **act)

        with transaction.atomic():
            results = publishing.apply_to_each(run, releases, *arguments, **action_context(request))
        for result in results:
            if result.reasons:
                sentence = f"“{result.release}”: {' '.join(result.reasons)}"
                self.message_user(request, sentence, messages.ERROR)
            else:
                self.message_user(request, f"{result.release} {done}.", messages.SUCCESS)

    def _confirmation_page(
        self,
        request: HttpRequest,
        releases: QuerySet[Release],
        form: forms.Form,
        action: str,
        label: str,
    ) -> HttpResponse | None:
        """Show the action's form with the selected releases."""
        chosen = list(releases.only("number", "title", "updated_at")[:MAX_SELECTED])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{label}: {len(chosen)} release{'s' if len(chosen) != 1 else ''}",
            "chosen": chosen,
            "form": form,
            "action": action,
            "label": label,
        }
        return render(request, "admin/releases/release/bulk.html", context)
