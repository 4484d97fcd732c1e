"""Shapes of the parts of an address."""


class ReleaseNumberConverter:
    """A release's number: year of issue, a hyphen, the serial in at least four digits."""

    regex = r"[0-9]{4}-[0-9]{4,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class YearConverter:
    """A year of four digits."""

    regex = r"[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class TwoDigitConverter:
    """A month or a day, always in two digits, so that each archive has one address."""

    regex = r"[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


class KeyConverter:
    """The random key of an image or an attachment: 32 hexadecimal digits."""

    regex = r"[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FileNameConverter:
    """The last part of a file's address: no slash, no leading dot, nothing to escape."""

    regex = r"[a-z0-9][a-z0-9_.-]{0,99}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
