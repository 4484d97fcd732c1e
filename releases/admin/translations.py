"""Copies and translations of a release: start one, and write it side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from releases import publishing
from releases.admin.action_pages import action_context
from releases.admin.editor import MarkdownInput
from releases.admin.form_fields import parse_expected_version
from releases.admin.working_copies import WorkingCopies, create_once
from releases.models import Release
from releases.publishing import drafts

BLANK_LINE = "\n\n"
MAX_PARAGRAPHS = 2_000  # of one text that are looked for in a form
ROWS_PER_CHARACTER = 1 / 60


class CopyForm(forms.Form):
    with_files = forms.BooleanField(required=False, label="Copy images and documents, too")


class TranslateForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)

    def __init__(self, *args: Any, original: Release, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [pair for pair in settings.LANGUAGES if pair[0] != original.language]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Pair:
    """A paragraph of the original next to the field with its translation."""

    name: str
    label: str
    original: str
    text: str

    @property
    def is_markdown(self) -> bool:
        return "body" in self.name.split("-")

    @property
    def rows(self) -> int:
        longest = max(len(self.original), len(self.text))
        return min(24, 2 + int(longest * ROWS_PER_CHARACTER))

    @property
    def is_open(self) -> bool:
        """Return whether the field still has the original's words."""
        return bool(self.text) and self.text == self.original


class TranslationPages(WorkingCopies):
    """Release admin with pages to copy and translate a release."""

    def get_urls(self) -> list[URLPattern]:
        view, prefix = self.admin_site.admin_view, "releases_release"
        pages = [
            path("<int:pk>/copy/", view(self.copy_page), name=f"{prefix}_copy"),
            path("<int:pk>/translate/", view(self.translate_page), name=f"{prefix}_translate"),
            path("<int:pk>/translation/", view(self.side_by_side), name=f"{prefix}_translation"),
        ]
        return [*pages, *super().get_urls()]

    def copy_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask whether to copy files; on POST, create the draft and open it."""
        original = self._get_copyable(request, pk)
        form = CopyForm(_posted(request))
        return self._create(
            request, original, form, "Copy release", "change", publishing.copy_release
        )

    def translate_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the language; on POST, create the draft and open it beside the original."""
        original = self._get_copyable(request, pk)
        form = TranslateForm(_posted(request), original=original)
        run = publishing.start_translation
        return self._create(request, original, form, "Start a translation", "translation", run)

    def side_by_side(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show each paragraph of the original next to its translation; on POST, save the draft."""
        release = self._get_existing(request, pk)
        if not self.has_change_permission(request, release):
            raise PermissionDenied
        if release.translation_of is None:
            raise Http404("This release is not a translation.")
        typed = request.POST if request.method == "POST" else None
        if typed and self._saved(request, release, typed):
            return HttpResponseRedirect(request.path)
        pairs = paragraph_pairs(release.translation_of, release, typed)
        context = {
            "original": release,
            "source": release.translation_of,
            "pairs": pairs,
            "seen": typed.get("seen", "") if typed else release.updated_at.isoformat(),
            "left": sum(pair.is_open for pair in pairs),
            "media": MarkdownInput().media,
        }
        return self._translation_page(
            request, "translation.html", f"Translation: {release}", context
        )

    def _saved(self, request: HttpRequest, release: Release, typed: QueryDict) -> bool:
        """Save the typed paragraphs; return False, with a message, where that is refused."""
        values, sections = _joined(release, typed)
        before = release.snapshot()
        try:
            expected: Any = {"expected_version": parse_expected_version(typed.get("seen", ""))}
            who: Any = action_context(request)
            saved = publishing.save_translation(release, values, sections, **expected, **who)
        except (ValidationError, publishing.ActionRefusedError) as refused:
            reasons = getattr(refused, "reasons", None) or refused.messages  # type: ignore[union-attr]
            self.message_user(request, " ".join(reasons), messages.ERROR)
            return False
        drafts.record_draft_state(saved, before, who["by"], saved.updated_at)
        self.message_user(request, "Saved.", messages.SUCCESS)
        return True

    def _create(
        self,
        request: HttpRequest,
        original: Release,
        form: forms.Form,
        label: str,
        page: str,
        run: Callable[..., Release],
    ) -> HttpResponse:
        reasons: tuple[str, ...] = ()
        if request.method == "POST" and form.is_valid():
            try:
                fields = {**form.cleaned_data, **action_context(request)}
                draft = create_once(request, lambda: run(original, **fields))
            except drafts.AlreadySentError as sent:
                return self.response_sent_before(request, sent.release)
            except publishing.ActionRefusedError as refused:
                reasons = refused.reasons
            else:
                url = reverse(f"admin:releases_release_{page}", args=[draft.pk])
                return HttpResponseRedirect(url)
        context = {"original": original, "form": form, "label": label, "reasons": reasons}
        context["form_token"] = drafts.token_in(request.POST) or drafts.new_token()
        return self._translation_page(request, "copy.html", f"{label}: {original}", context)

    def _get_copyable(self, request: HttpRequest, pk: int) -> Release:
        release = self._get_existing(request, pk)
        can_view = self.has_view_permission(request, release)
        if not (can_view and self.has_add_permission(request)):
            raise PermissionDenied
        return release

    def _get_existing(self, request: HttpRequest, pk: int) -> Release:
        release: Release | None = self.get_object(request, str(pk))
        if release is None:
            raise Http404("There is no such release.")
        return release

    def _translation_page(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)
        context = {**site, "opts": self.opts, "title": title, **context}
        return render(request, f"admin/releases/release/{template}", context)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def paragraph_pairs(
    original: Release, release: Release, typed: QueryDict | None = None
) -> list[Pair]:
    """Return the paragraphs of both releases in page order, or what was typed."""
    pairs = [
        Pair(name, name.capitalize(), getattr(original, name), getattr(release, name))
        for name in ("title", "subtitle", "dateline")
    ]
    pairs += _text_pairs("body", "Text", original.body, release.body, typed)
    for theirs, own in zip_longest(original.sections.all(), release.sections.all()):
        if own is None:
            continue
        prefix, label = f"section-{own.pk}", f"Section {own.position}"
        heading, body = (theirs.heading, theirs.body) if theirs else ("", "")
        pairs.append(Pair(f"{prefix}-heading", f"{label}, heading", heading, own.heading))
        pairs += _text_pairs(f"{prefix}-body", label, body, own.body, typed)
    if typed is not None:
        pairs = [
            Pair(p.name, p.label, p.original, typed.get(p.name, p.text).replace("\r\n", "\n"))
            for p in pairs
        ]
    return [pair for pair in pairs if pair.original or pair.text]


def _text_pairs(
    prefix: str, label: str, original: str, text: str, typed: QueryDict | None
) -> list[Pair]:
    # The original may have had more paragraphs when the page was opened.
    known = range(1, MAX_PARAGRAPHS + 1) if typed else ()
    sent = max((at for at in known if f"{prefix}-{at}" in typed), default=0)  # type: ignore[operator]
    texts = (original.split(BLANK_LINE), text.split(BLANK_LINE), [""] * sent)
    both = zip_longest(*texts, fillvalue="")
    return [
        Pair(f"{prefix}-{at}", f"{label}, paragraph {at}", theirs, own)
        for at, (theirs, own, _) in enumerate(both, start=1)
    ]


def _joined(
    release: Release, typed: QueryDict
) -> tuple[dict[str, str], dict[int, tuple[str, str]]]:
    """Return the typed texts: by field, and by the key of the section."""
    assert release.translation_of
    pairs = paragraph_pairs(release.translation_of, release, typed)
    names = ("title", "subtitle", "dateline")
    values = {p.name: p.text for p in pairs if p.name in names}
    values["body"] = _join(pairs, "body-")
    sections = {}
    for section in release.sections.all():
        prefix = f"section-{section.pk}"
        heading = next((p.text for p in pairs if p.name == f"{prefix}-heading"), "")
        sections[section.pk] = heading, _join(pairs, f"{prefix}-body-")
    return values, sections


def _join(pairs: list[Pair], prefix: str) -> str:
    texts = (pair.text for pair in pairs if pair.name.startswith(prefix))
    return BLANK_LINE.join(text for text in texts if text.strip())
