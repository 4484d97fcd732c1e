"""Admin for topics."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from releases import publishing
from releases.admin.cleaning_messages import CleaningMessages
from releases.admin.lists import BoundedList
from releases.models import Topic


@admin.register(Topic)
class TopicAdmin(CleaningMessages, BoundedList):
    list_display = ["name", "slug", "asks_for_spanish"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        publishing.save_topic(obj)

    def delete_model(self, request: HttpRequest, obj: Topic) -> None:
        publishing.delete_topics(Topic.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> None:
        publishing.delete_topics(queryset)
