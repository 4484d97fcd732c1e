"""A real SMTP server of the tests, in a thread of its own."""

import threading

from aiosmtpd.controller import Controller

from tests.programs import free_port


class SMTPServer:
    """Takes mail into `taken`; a reply to the sender, a recipient or the data refuses instead."""

    def __init__(self):
        self.taken, self.recipients, self.sender_reply, self.data_reply = [], {}, "", ""
        self.connections = set()
        self.has_data = threading.Event()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.port}?tls=off"

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if reply := self.recipients.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.has_data.set()
        self.connections.add(session.peer)
        if self.data_reply == "hang":
            await server.loop.create_future()
        if self.data_reply:
            return self.data_reply
        self.taken.append(envelope)
        return "250 OK"
