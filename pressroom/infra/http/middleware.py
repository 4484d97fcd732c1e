"""What every response carries, and how a plain request is sent to HTTPS."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class ProxyHTTPSRedirectMiddleware:
    """Sends on to HTTPS what a front calls plain, also where plain HTTP is served otherwise.

    With HTTPS=off a request without X-Forwarded-Proto came from this machine, where there is no
    TLS to be sent to. One with it came through a front that ends TLS.
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
    """Adds the policies that Django has no setting for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # A cache would keep a 404 by its own judgement, past the lift of an embargo.
        response.headers.setdefault("Cache-Control", "no-cache")
        return response
