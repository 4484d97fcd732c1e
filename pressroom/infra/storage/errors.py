"""Exceptions of the storage backends."""


class StorageUnreachableError(OSError):
    """Storage server that does not answer or refuses the request."""
