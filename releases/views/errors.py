"""What is not at an address: it moved, or there is nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from releases.search import jump


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A redirect to the release that had the address on an earlier site, else 404 with a way on."""
    if release := jump.moved_from(request.get_full_path(), timezone.now()):
        return redirect(release, permanent=True)
    return render(request, "404.html", status=404)
