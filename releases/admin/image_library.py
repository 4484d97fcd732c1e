"""Library of the office's images: search, and use of an earlier one in another release."""

from __future__ import annotations

import logging

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from releases.admin import form_data
from releases.admin.form_fields import KEY_PATTERN
from releases.admin.image_uploads import STORAGE_UNREACHABLE, ImageUploads
from releases.admin.working_copies import UnsavedForm, change_page
from releases.media import pending_uploads, quotas
from releases.models import Image, Release

PER_PAGE = 24
MAX_WORDS = 10
SEARCHED = ("alt", "caption", "credit", "original_name")
TEXTS = ("alt", "decorative", "caption", "credit", "rights", "focus_x", "focus_y")
NEW = "new"  # stands for a release that is not saved yet
ADDED = "The picture is the last one below. Nothing has been saved yet. Save to attach it."

logger = logging.getLogger(__name__)


class LibraryForm(forms.Form):
    q = forms.CharField(
        label="Find by caption, credit, alt text or file name",
        required=False,
        max_length=200,
        widget=forms.SearchInput(attrs={"size": 40}),
    )

    def words(self) -> list[str]:
        """Return the words that were typed; none if they are too long."""
        return self.cleaned_data["q"].split()[:MAX_WORDS] if self.is_valid() else []


class ImageLibrary(ImageUploads):
    """Release admin with a page of all images, which its form takes earlier ones from."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view = self.admin_site.admin_view
        library = view(never_cache(require_safe(self.library)))
        reuse = view(require_POST(self.reuse_image))
        pages = [
            path("images/", library, name="releases_release_images"),
            path("add/images/reuse/", reuse, name="releases_release_image_reuse_new"),
            path("<int:pk>/images/reuse/", reuse, name="releases_release_image_reuse"),
        ]
        return [*pages, *super().get_urls()]

    def library(self, request: HttpRequest) -> HttpResponse:
        """List the images that match, newest first; `for` names the release that takes one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form, target = LibraryForm(request.GET), request.GET.get("for", "")
        found = find_images(form.words())
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        public = Release.objects.published(timezone.now())
        usable = public.filter(images__in=list(page)).values_list("pk", flat=True)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Images",
            "form": form,
            "page": page,
            "target": target,
            "usable": set(usable),
            "reuse_url": _reuse_url(target),
            "query": urlencode({"q": form.data.get("q", ""), "for": target}),
        }
        return render(request, "admin/releases/release/library.html", context)

    def reuse_image(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Keep a copy of a public image for the form: return its handle and texts as JSON, or
        redirect to the form."""
        owner, person = self.owner_of_images(request, pk), request.user
        image = get_object_or_404(
            reusable_images(), key=request.POST.get("key", "").replace("\0", "")
        )
        try:
            quotas.consume(person, image.byte_size)  # type: ignore[arg-type]
            handle = pending_uploads.store_copy(image, owner)
        except quotas.QuotaExceededError as refusal:
            return _refusal(request, str(refusal), 400)
        except OSError as error:
            logger.error("Could not copy image %s: %s", image.key, error)
            return _refusal(request, STORAGE_UNREACHABLE, 503)
        if _wants_json(request):
            texts = {name: getattr(image, name) for name in TEXTS}
            return JsonResponse({"handle": handle, "name": image.original_name, "texts": texts})
        taken = urlencode({"image": handle, "of": image.key})
        return HttpResponseRedirect(f"{change_page(pk)}?{taken}")

    def unsaved(self, request: HttpRequest, object_id: str | None) -> UnsavedForm | None:
        """Return the form with an earlier image added, or the text to show instead of the saved
        one, if any."""
        found = super().unsaved(request, object_id)
        if found or not request.GET.get("image"):
            return found
        release = self.get_object(request, object_id) if object_id else None
        image = reusable_images().filter(key=request.GET.get("of", "").replace("\0", "")).first()
        if image is None or (object_id and release is None):
            raise Http404("There is no such image.")
        values = {name: getattr(image, name) for name in TEXTS}
        form = form_data.with_image(release, {**values, "handle": request.GET["image"]})
        if release is None:
            form["form_token"] = request.GET.get("form_token", "")
        return UnsavedForm(form, ADDED)


def reusable_images() -> QuerySet[Image]:
    """Return the images of public releases: a copy must not be public before its original."""
    return Image.objects.filter(release__in=Release.objects.published(timezone.now()))


def find_images(words: list[str]) -> QuerySet[Image]:
    """Return the images with all the words in caption, credit, alt text and file name, newest
    first, except of releases that were taken down."""
    taken_down = (Release.Status.REMOVED, Release.Status.BLOCKED)
    found = Image.objects.exclude(release__status__in=taken_down).select_related("release")
    found = found.defer("release__source_text", "release__source_bytes", "release__body")
    for word in words:
        pairs = [(f"{name}__icontains", word.replace("\0", "")) for name in SEARCHED]
        found = found.filter(Q(*pairs, _connector=Q.OR))
    return found.order_by("-pk")


def _reuse_url(target: str) -> str:
    """Return where the release takes an image; "" if none is named."""
    if target == NEW:
        return reverse("admin:releases_release_image_reuse_new")
    if not KEY_PATTERN.fullmatch(target):
        return ""
    return reverse("admin:releases_release_image_reuse", args=[int(target)])


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _refusal(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"reason": sentence}, status=status)
    messages.error(request, sentence)
    return HttpResponseRedirect(reverse("admin:releases_release_images"))
