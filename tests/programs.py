"""Test servers, each in its own process and on its own port."""

import signal
import socket

SECRET_KEY = "of the tests only, and as long as a real one has to be: 0123456789"


class Program:
    """Server in `process`, which can be suspended, resumed and stopped."""

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
