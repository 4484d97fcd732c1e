"""Redirection to HTTPS from a proxy, and default headers of every response."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


# Headers that browsers read only of a document. Each stylesheet and script of a page would repeat
# half a kilobyte of them. SVG images are documents.
DOCUMENT_HEADERS = (
    *("Content-Security-Policy", "Permissions-Policy", "Referrer-Policy"),
    *("Cross-Origin-Opener-Policy", "X-Frame-Options"),
)
PARTS = ("text/css", "text/javascript")


class ProxyHTTPSRedirectMiddleware:
    """Redirect a request to HTTPS if a reverse proxy received it over plain HTTP.

    This also applies with HTTPS=off. There, a request without X-Forwarded-Proto comes from this
    machine, which has no TLS to redirect to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.headers.get("X-Forwarded-Proto") == "http":
            return HttpResponsePermanentRedirect(
                f"https://{request.get_host()}{request.get_full_path()}"
            )
        return self.get_response(request)


class ResponsePolicyMiddleware:
    """Set the response headers that Django has no setting for, and drop useless ones."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # Without it a cache may store a 404 heuristically, past the end of an embargo.
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.headers.get("Content-Type", "").startswith(PARTS):
            for name in DOCUMENT_HEADERS:
                response.headers.pop(name, None)
        return response
