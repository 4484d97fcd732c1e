"""The server of `manage.py run`."""

import socket

from releases.management.commands.run import BoundedServer, RequestHandler


def hello(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def test_body_does_not_wait_until_the_client_confirms_the_headers():
    with BoundedServer(("127.0.0.1", 0), RequestHandler) as server:
        server.set_app(hello)
        with socket.create_connection(server.server_address) as client:
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            connection, address = server.get_request()
            with connection:
                server.finish_request(connection, address)

                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert client.makefile("rb").read().endswith(b"hello")
