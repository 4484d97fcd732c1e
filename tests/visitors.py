"""Client that calls the WSGI application as a server does."""

from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.test import RequestFactory

from pressroom.wsgi import application


class Visitor:
    """Client that passes the WSGI middleware, which Django's test client bypasses."""

    def get(self, address, headers=None):
        """Return the response as sent."""
        answer = HttpResponse()

        def start_response(status, said, exc_info=None):
            answer.status_code = int(status.split()[0])
            answer.headers = ResponseHeaders(dict(said))

        parts = application(RequestFactory().get(address, headers=headers).environ, start_response)
        answer.content = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        return answer
