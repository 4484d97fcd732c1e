"""A real S3-compatible HTTP server (moto) in its own process and on its own port."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3

from tests.programs import Program, free_port

KEYS = {"AWS_ACCESS_KEY_ID": "of-the-tests", "AWS_SECRET_ACCESS_KEY": "of-the-tests"}
# Ignore the tester's own AWS profile and the machine's role.
NOBODY = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
ENVIRONMENT = {**KEYS, **NOBODY, "AWS_EC2_METADATA_DISABLED": "true"}
PATIENCE = 30  # seconds
BUCKET = "press"


class S3Server(Program):
    """Server that can be started, stopped and suspended. Its data is lost when it stops."""

    def __init__(self, log):
        self.log = log
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start with an empty bucket."""
        command = [sys.executable, "-m", "moto.server", "-p", str(self.port)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            assert time.monotonic() < deadline, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        with contextlib.closing(self.client()) as client:
            client.create_bucket(Bucket=BUCKET)

    def answers(self):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{self.base}/moto-api/", timeout=1).close()
            return True
        return False

    def client(self):
        session = boto3.Session(*KEYS.values(), region_name="us-east-1")
        return session.client("s3", endpoint_url=self.base)

    def address(self, prefix):
        """Return the address in the form of MEDIA_STORAGE."""
        return f"s3://{BUCKET}/{prefix}?endpoint={self.base}&region=us-east-1"

    def refuse_after(self, requests):
        """Reject all keys after that many requests; math.inf: accept them."""
        text = {"Content-Type": "text/plain"}
        address, data = f"{self.base}/moto-api/reset-auth", str(requests).encode()
        urllib.request.urlopen(urllib.request.Request(address, data, text), timeout=5).close()

    def status_for_a_stranger(self, path):
        """Return the status of a request without keys."""
        try:
            with urllib.request.urlopen(f"{self.base}/{BUCKET}/{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code

    def requests(self):
        """Return the log lines of requests, oldest first."""
        return [line for line in self.log.read_text().splitlines() if "HTTP/1.1" in line]
