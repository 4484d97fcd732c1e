"""List of releases: columns, saved views, filters, search and density."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG, ChangeList
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join

from releases.admin import list_rows, list_search, saved_views, status
from releases.admin.proposals import ProposalFilter
from releases.admin.typed_filters import TopicFilter, topic_names
from releases.models import Release, StaffSettings

MAX_TOPICS = 2  # named in a row
NOT_READ = "That search or filter is too long or cannot be read, so all releases are listed."


class ViewFilter(admin.SimpleListFilter):
    """Saved view, shown as tabs."""

    title = "view"
    parameter_name = saved_views.PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, view.name) for name, view in saved_views.VIEWS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        view = saved_views.VIEWS.get(self.value() or "")
        if view is None:
            return queryset
        shown = view.releases(_person(request), timezone.now())
        return queryset.filter(pk__in=shown.order_by().values("pk"))


class ReleaseChangeList(ChangeList):
    """Page of the list, with what its template shows around the rows."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list_rows.load(self.result_list)
        person = _person(request)
        self.view = request.GET.get(saved_views.PARAMETER, "")
        self.tabs = saved_views.tabs(person, self.view if self.view in saved_views.VIEWS else "")
        refused = (NOT_READ,) if ERROR_FLAG in request.GET else ()
        self.notes = (*refused, *list_search.notes(request))
        self.density = StaffSettings.of(person).list_density
        self.address = request.get_full_path()
        self.files_topics = "add_topics" in self.model_admin.get_actions(request)

    @cached_property
    def topic_filter(self) -> TopicFilter | None:
        found = (spec for spec in self.filter_specs if isinstance(spec, TopicFilter))
        return next(found, None)

    @property
    def link_filters(self) -> list[Any]:
        """Return the filters by links; the others have their own places."""
        elsewhere = (ViewFilter, TopicFilter)
        return [spec for spec in self.filter_specs if not isinstance(spec, elsewhere)]

    @property
    def is_narrowed(self) -> bool:
        """Return whether a filter by links is in use."""
        names = {name for spec in self.link_filters for name in spec.expected_parameters()}
        return any(name in names or name.startswith("date__") for name in self.params)

    @cached_property
    def topic_names(self) -> list[str]:
        return topic_names()


class ReleaseList(admin.ModelAdmin):
    """Admin with the list of releases."""

    list_display = ["number", "titled", "state", "moment", "filed", "author", "needs", "changed"]
    list_display_links = ["titled"]
    list_filter = [ViewFilter, TopicFilter, ProposalFilter, "status", "language"]
    search_fields = ["number", "title"]
    show_facets = admin.ShowFacets.NEVER
    date_hierarchy = "date"
    ordering = ["-updated_at", "-id"]
    list_per_page = 50
    empty_value_display = ""
    change_list_template = "admin/releases/release/change_list.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ReleaseChangeList

    def get_ordering(self, request: HttpRequest) -> Any:
        view = saved_views.VIEWS.get(request.GET.get(saved_views.PARAMETER, ""))
        return view.order if view else super().get_ordering(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search the whole text in the list, number and title in an autocompletion."""
        match = request.resolver_match
        if not search_term.strip() or (match and match.url_name == "autocomplete"):
            return super().get_search_results(request, queryset, search_term)
        return list_search.search(request, queryset, search_term), False

    @admin.display(description="title", ordering="title")
    def titled(self, release: Release) -> str:
        """Return the title, with the language if it is not the site's own."""
        title = release.title or "Untitled"
        if release.language.partition("-")[0] == settings.LANGUAGE_CODE.partition("-")[0]:
            return title
        return format_html('{} <span class="tag">{}</span>', title, release.language)

    @admin.display(description="state", ordering="status")
    def state(self, release: Release) -> str:
        return status.badge(release, timezone.now())

    @admin.display(description="moment", ordering="release_at")
    def moment(self, release: Release) -> str:
        return status.short_moment(release, timezone.now())

    @admin.display(description="topics", empty_value="")
    def filed(self, release: Release) -> str:
        names = [topic.name for topic in release.topics.all()]
        more = len(names) - MAX_TOPICS
        shown = ", ".join(names[:MAX_TOPICS])
        return f"{shown} and {more} more" if more > 0 else shown

    @admin.display(description="author", empty_value="")
    def author(self, row: Any) -> str:
        return str(row.author)

    @admin.display(description="needs", empty_value="")
    def needs(self, row: Any) -> str:
        phrases = ((phrase,) for phrase in row.needs)
        return format_html_join(" ", '<span class="need">{}</span>', phrases)

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, release: Release) -> str:
        return status.short_time(release.updated_at, timezone.now())


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
