"""Admin for topics: merging, and filing releases by typing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.cleaning_messages import CleaningMessages
from releases.admin.lists import BoundedList
from releases.models import Release, Topic

MAX_LINES = 200
MAX_QUOTED = 200  # characters of a line, in a message
NO_TOPIC = "There is no topic of this name. Choose one from the list."


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Topic.objects.all(),
        to_field_name="name",
        label="Merge into",
        widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off", "size": 40}),
        help_text="Type the name of the topic that stays.",
        error_messages={"invalid_choice": NO_TOPIC},
    )


class FileForm(forms.Form):
    releases = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
        help_text=f"Numbers or titles, one a line, at most {MAX_LINES}. Part of a title is enough.",
    )

    def clean_releases(self) -> list[str]:
        """Return the lines that are not empty."""
        given: str = self.cleaned_data["releases"]
        lines = [line for line in map(str.strip, given.replace("\0", "").splitlines()) if line]
        if len(lines) > MAX_LINES:
            raise forms.ValidationError(f"Enter at most {MAX_LINES} lines. This has {len(lines)}.")
        return lines


@admin.register(Topic)
class TopicAdmin(CleaningMessages, BoundedList):
    list_display = ["name", "slug", "count", "asks_for_spanish"]
    search_fields = ["name"]
    ordering = ["name"]  # counting the releases drops the model's own
    prepopulated_fields = {"slug": ["name"]}
    change_form_template = "admin/releases/topic/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).annotate(filed=Count("releases"))

    @admin.display(description="releases", ordering="filed")
    def count(self, topic: Any) -> int:
        return int(topic.filed)

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        publishing.save_topic(obj)

    def delete_model(self, request: HttpRequest, obj: Topic) -> None:
        publishing.delete_topics(Topic.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> None:
        publishing.delete_topics(Topic.objects.filter(pk__in=queryset.values("pk")))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = [
            path("<int:pk>/merge/", view(self.merge_page), name="releases_topic_merge"),
            path("<int:pk>/file/", view(self.file_page), name="releases_topic_file"),
        ]
        return [*pages, *super().get_urls()]

    def merge_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the topic that stays; on POST, merge."""
        topic = self._get_existing(request, pk)
        if not self.has_delete_permission(request, topic):
            raise PermissionDenied
        form = MergeForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._merge(request, topic, form.cleaned_data["into"]):
            return HttpResponseRedirect(reverse("admin:releases_topic_changelist"))
        others = Topic.objects.exclude(pk=pk).values_list("name", flat=True)
        context = {"form": form, "names": others, "label": "Merge"}
        return self._topic_page(request, topic, f"Merge topic: {topic}", context)

    def _merge(self, request: HttpRequest, topic: Topic, into: Topic) -> bool:
        name = str(topic)
        try:
            count = publishing.merge_topics(topic, into, **action_context(request))
        except publishing.ActionRefusedError as refused:
            self.message_user(request, " ".join(refused.reasons), messages.ERROR)
            return False
        moved = f"{count} release{'s are' if count != 1 else ' is'} now filed under “{into}”"
        sentence = f"“{name}” was merged: {moved}. Its address redirects."
        self.message_user(request, sentence, messages.SUCCESS)
        return True

    def file_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for releases; on POST, file those found and show the other lines again."""
        topic = self._get_existing(request, pk)
        if not request.user.has_perm("releases.change_release"):
            raise PermissionDenied
        form = FileForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            left = self._file(request, topic, form.cleaned_data["releases"])
            if not left:
                return HttpResponseRedirect(request.path)
            form = FileForm(initial={"releases": "\n".join(left)})
        context = {"form": form, "label": "File under this topic"}
        return self._topic_page(request, topic, f"File releases under: {topic}", context)

    def _file(self, request: HttpRequest, topic: Topic, lines: list[str]) -> list[str]:
        """File the releases; return the lines that name none, or several."""
        found = {line: find_releases(line) for line in lines}
        left = [line for line, rows in found.items() if len(rows) != 1]
        chosen = {rows[0].pk: rows[0] for rows in found.values() if len(rows) == 1}
        run, context = publishing.add_topics, action_context(request)
        with transaction.atomic():
            results = publishing.apply_to_each(run, chosen.values(), [topic], **context)
        for result in results:
            level = messages.ERROR if result.reasons else messages.SUCCESS
            done = " ".join(result.reasons) or f"is filed under “{topic}”."
            self.message_user(request, f"“{result.release}” {done}", level)
        for line in left:
            why = "names several releases" if found[line] else "names no release"
            self.message_user(request, f"“{line[:MAX_QUOTED]}” {why}.", messages.WARNING)
        return left

    def _get_existing(self, request: HttpRequest, pk: int) -> Topic:
        topic: Topic | None = self.get_object(request, str(pk))
        if topic is None:
            raise Http404("There is no such topic.")
        return topic

    def _topic_page(
        self, request: HttpRequest, topic: Topic, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)
        context = {**site, "opts": self.opts, "title": title, "original": topic, **context}
        return render(request, "admin/releases/topic/page.html", context)


def find_releases(line: str) -> list[Release]:
    """Return the release of that number or whole title, else at most two with it in the title."""
    rows = Release.objects.only("number", "title", "updated_at")
    exact = list(rows.filter(number=line)[:1]) or list(rows.filter(title__iexact=line)[:2])
    return exact or list(rows.filter(title__icontains=line)[:2])
