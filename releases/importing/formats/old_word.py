"""Word documents of before 2007 (.doc), where LibreOffice is on the machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess  # nosec B404
import tempfile
from pathlib import Path

from releases.importing.decoding import UnreadableFileError
from releases.importing.formats.refusals import REFUSALS
from releases.media import semaphore

PROGRAMS = ("soffice", "libreoffice")
MAX_SECONDS = 90
# Memory (KB of address space) and processor time; the file is untrusted.
LIMITS = 'ulimit -v 6000000; ulimit -t 60; exec "$@"'
NOT_CONVERTED = "LibreOffice cannot convert it: open it in Word, save it as .docx, and import that."
BUSY = "Many files are being read now: import it again in a minute."


def to_docx(data: bytes) -> bytes:
    """Return the document as LibreOffice converts it. Raises UnreadableFileError, also where it is
    not installed."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise UnreadableFileError(REFUSALS["doc"])
    with tempfile.TemporaryDirectory(prefix="pressroom-doc-") as folder:
        (Path(folder) / "release.doc").write_bytes(data)
        try:
            with semaphore.slot():
                _run(program, folder)
            return (Path(folder) / "release.docx").read_bytes()
        except semaphore.SemaphoreTimeoutError:
            raise UnreadableFileError(BUSY) from None
        except (OSError, subprocess.TimeoutExpired):
            raise UnreadableFileError(NOT_CONVERTED) from None


def _run(program: str, folder: str) -> None:
    command = [
        *("sh", "-c", LIMITS, "sh", program, f"-env:UserInstallation=file://{folder}/profile"),
        *("--headless", "--norestore", "--convert-to", "docx", "--outdir", folder),
        f"{folder}/release.doc",
    ]
    with subprocess.Popen(  # noqa: S603  # nosec B603
        command,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": folder},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(MAX_SECONDS)
        except subprocess.TimeoutExpired:
            # LibreOffice works in a process of its own.
            os.killpg(process.pid, signal.SIGKILL)
            raise
