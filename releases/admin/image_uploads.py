"""Uploads of pictures one by one, before the release's form is saved."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from releases.admin.files import may_change_files, owner_of_uploads
from releases.admin.working_copies import WorkingCopies
from releases.media import intake, pending_uploads, quotas
from releases.media.pending_uploads import UploadExpiredError
from releases.media.sandbox import UnusableFileError
from releases.models import Image, Release

NO_FILE = "Choose a picture."
STORAGE_UNREACHABLE = "File storage is unavailable right now. Try again in a few minutes."

logger = logging.getLogger(__name__)


class ImageUploads(WorkingCopies):
    """Release admin that takes pictures for its form, which attaches them when it is saved."""

    def get_urls(self) -> list[URLPattern]:
        # Before Django's own, which end in a pattern that matches anything.
        view = self.admin_site.admin_view
        upload = view(require_POST(self.upload_image))
        show = view(never_cache(require_safe(self.show_pending)))
        pages = [
            path("add/images/", upload, name="releases_release_image_upload_new"),
            path("<int:pk>/images/", upload, name="releases_release_image_upload"),
            path("add/images/pending/", show, name="releases_release_image_pending_new"),
            path("<int:pk>/images/pending/", show, name="releases_release_image_pending"),
        ]
        return [*pages, *super().get_urls()]

    def upload_image(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Check one picture and keep it for the form; return its handle as JSON."""
        owner = self.owner_of_images(request, pk)
        upload = request.FILES.get("upload")
        if upload is None:
            return JsonResponse({"reason": NO_FILE}, status=400)
        person: Any = request.user
        try:
            quotas.consume(person, upload.size or 0)
            prepared = intake.prepare_image(upload)
            handle = pending_uploads.store(prepared, owner)
        except (quotas.QuotaExceededError, UnusableFileError) as refusal:
            return JsonResponse({"reason": str(refusal)})  # an answer, not a failed request
        except OSError as error:
            logger.error("Could not store an upload: %s", error)
            return JsonResponse({"reason": STORAGE_UNREACHABLE}, status=503)
        return JsonResponse({"handle": handle})

    def show_pending(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Send the smallest JPEG of a kept picture to the person who uploaded it."""
        owner = self.owner_of_images(request, pk)
        try:
            data = pending_uploads.read_thumbnail(request.GET.get("handle", ""), owner)
        except (UploadExpiredError, OSError) as error:
            raise Http404("No such picture.") from error
        return HttpResponse(data, content_type="image/jpeg")

    def owner_of_images(self, request: HttpRequest, pk: int | None) -> str:
        """Return for whom uploads are kept. Raises Http404 and PermissionDenied."""
        release: Release | None = self.changeable_release(request, pk)
        if not may_change_files(request.user, release):
            raise PermissionDenied
        return owner_of_uploads(request.user, Image, release)
