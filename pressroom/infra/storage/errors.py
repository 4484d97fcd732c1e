"""Exceptions of the storage backends."""


class StorageUnreachableError(OSError):
    """The storage server does not answer or refuses the request."""
