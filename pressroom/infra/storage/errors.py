"""Errors of the storage."""


class StorageUnreachableError(OSError):
    """The storage's server does not answer, or refuses."""
