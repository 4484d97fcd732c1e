"""Who asks the application as a server does."""

from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.test import RequestFactory

from pressroom.wsgi import application


class Visitor:
    """Comes to the front first, past which Django's own test client goes."""

    def get(self, address, headers=None):
        """The answer as it was sent."""
        answer = HttpResponse()

        def start_response(status, said, exc_info=None):
            answer.status_code = int(status.split()[0])
            answer.headers = ResponseHeaders(dict(said))

        parts = application(RequestFactory().get(address, headers=headers).environ, start_response)
        answer.content = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        return answer
