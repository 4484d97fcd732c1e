"""Django storage for a private bucket on an S3-compatible server.

Adds timeouts, error translation and streaming reads to django-storages.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, wraps
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from pressroom.infra.circuit_breaker import CircuitBreaker
from pressroom.infra.storage.errors import StorageUnreachableError

MAX_CONCURRENT = 3  # requests per process: one fewer than `serve` has threads
CONNECT_TIMEOUT, READ_TIMEOUT = 2, 10  # seconds; the latter also between two chunks of a file
ATTEMPTS = 2  # including the first
MAX_READ_SECONDS = 300  # seconds that one reader may wait for one file in total
BUFFER_SIZE = 64 * 1024  # bytes
# Smaller files, and all uploads are smaller, take one request, so none is stored in part.
SINGLE_REQUEST_LIMIT = 64 * 1024 * 1024  # bytes

logger = logging.getLogger(__name__)


def _with_circuit(method: Callable[..., Any]) -> Callable[..., Any]:
    """Run a method of S3Storage within the circuit breaker, with OSErrors as of a folder."""

    @wraps(method)
    def with_circuit(self: BucketStorage, name: str, *args: Any) -> Any:
        with self.request(name):
            return method(self, name, *args)

    return with_circuit


class BucketStorage(S3Storage):
    """Files under a prefix of a bucket; boto3 reads the access keys from the environment.

    Methods raise FileNotFoundError or StorageUnreachableError. No file is ever overwritten.
    """

    def __init__(
        self,
        bucket_name: str,
        location: str = "",
        endpoint_url: str | None = None,
        region_name: str | None = None,
    ) -> None:
        super().__init__(
            bucket_name=bucket_name,
            location=location,
            endpoint_url=endpoint_url,
            region_name=region_name,
            # Send no ACL: S3's default is private, and buckets with ACLs disabled refuse any.
            default_acl=None,
            querystring_auth=True,
            file_overwrite=False,
            client_config=_config(own_server=bool(endpoint_url)),
            transfer_config=TransferConfig(
                use_threads=False, multipart_threshold=SINGLE_REQUEST_LIMIT
            ),
        )
        self.circuit = CircuitBreaker(
            "storage", StorageUnreachableError, max_concurrent=MAX_CONCURRENT
        )

    delete = _with_circuit(S3Storage.delete)
    exists = _with_circuit(S3Storage.exists)
    listdir = _with_circuit(S3Storage.listdir)
    size = _with_circuit(S3Storage.size)
    get_modified_time = _with_circuit(S3Storage.get_modified_time)
    _save = _with_circuit(S3Storage._save)

    @cached_property
    def connection(self) -> Any:
        # Shared by all threads: clients are thread-safe, and each costs megabytes.
        return super().connection

    def _open(self, name: str, mode: str = "rb") -> File:
        """Open for reading; the request is sent with the first read."""
        if mode != "rb":
            raise ValueError("Stored files can only be opened for reading.")
        return File(io.BufferedReader(BucketFile(self, name), BUFFER_SIZE), name)

    def get(self, name: str, start: int) -> Any:
        """Return the stream of the file's bytes from `start` on.

        Raises FileNotFoundError or StorageUnreachableError.
        """
        since = {"Range": f"bytes={start}-"} if start else {}
        key = self._normalize_name(clean_name(name))
        with self.request(name):
            client = self.connection.meta.client
            return client.get_object(Bucket=self.bucket_name, Key=key, **since)["Body"]

    def is_up(self) -> bool:
        """Check within two seconds that the bucket answers."""
        try:
            self._health_check_client.head_bucket(Bucket=self.bucket_name)
        except (BotoCoreError, ClientError) as error:
            logger.warning("The bucket %s does not answer: %s", self.bucket_name, error)
            return False
        return True

    @cached_property
    def _health_check_client(self) -> Any:
        once = {"mode": "standard", "total_max_attempts": 1}
        short_timeouts = Config(connect_timeout=1, read_timeout=1, retries=once)
        return self._create_session().client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            config=self.client_config.merge(short_timeouts),
        )

    @contextmanager
    def request(self, name: str) -> Iterator[None]:
        """Send one request for a file within the circuit breaker."""
        with self.circuit.guard(), self.translating_errors(name):
            yield

    @contextmanager
    def translating_errors(self, name: str) -> Iterator[None]:
        """Translate the server's errors to OSErrors and report them to the circuit breaker."""
        try:
            yield
        except ClientError as error:
            self.circuit.reset()  # it answers
            if _is_missing(error):
                raise FileNotFoundError(errno.ENOENT, "No such file in the bucket", name) from error
            raise self._unreachable_error(name, error) from error
        except (BotoCoreError, Boto3Error) as error:
            self.circuit.trip(error)
            raise self._unreachable_error(name, error) from error
        self.circuit.reset()

    def _unreachable_error(self, name: str, error: Exception) -> StorageUnreachableError:
        return StorageUnreachableError(f"{name} in the bucket {self.bucket_name}: {error}")


class BucketFile(io.RawIOBase):
    """Raw stream of a stored file; each seek costs a new request."""

    def __init__(self, bucket: BucketStorage, name: str) -> None:
        self.bucket, self.file_name = bucket, name
        self.body: Any = None
        self.position, self.seconds_waited = 0, 0.0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to an offset; moving to the current one keeps the stream open."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.position}
        start = base[whence] if whence in base else self.bucket.size(self.file_name)
        if start + offset != self.position:
            self._close_body()
            self.position = start + offset
        return self.position

    def readinto(self, buffer: Any) -> int:
        """Raises FileNotFoundError, or StorageUnreachableError, also after MAX_READ_SECONDS."""
        started = time.monotonic()
        if self.body is None:
            self.body = self.bucket.get(self.file_name, self.position)
        with self.bucket.translating_errors(self.file_name):
            count = self.body.readinto(buffer)
        self.position += count
        self.seconds_waited += time.monotonic() - started
        if self.seconds_waited > MAX_READ_SECONDS:
            raise StorageUnreachableError(
                f"{self.file_name}: it took more than {MAX_READ_SECONDS} seconds to read."
            )
        return count

    def close(self) -> None:
        """Release the connection, even with unread data."""
        self._close_body()
        super().close()

    def _close_body(self) -> None:
        if self.body is not None:
            self.body.close()
            self.body = None


def _config(own_server: bool) -> Config:
    # Servers other than Amazon's may lack virtual-hosted buckets, and the checksums that boto3
    # sends by default since 2025.
    checksums = "when_required" if own_server else "when_supported"
    return Config(
        signature_version="s3v4",
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        s3={"addressing_style": "path" if own_server else "auto"},
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
    )


def _is_missing(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status == 404 and error.response["Error"]["Code"] != "NoSuchBucket"
