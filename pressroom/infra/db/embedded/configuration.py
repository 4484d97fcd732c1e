"""Configuration and client authentication of the server."""

import os
from pathlib import Path

from pressroom.infra.db.embedded import private_files
from pressroom.infra.db.embedded.programs import find_user, server_account

DATABASE = "pressroom"
ROLE = "pressroom"
SUPERUSER = "postgres"
PORT = "5432"  # only part of the socket's name: nothing listens on the network

# The archive fits in memory: an index is faster than reading a small table for each row.
# fsync and full_page_writes keep their default, on: a power cut loses nothing.
SETTINGS = """\
# Written before each start. To change a setting use ALTER SYSTEM, which takes precedence.
include '{data}/postgresql.conf'
hba_file = '{folder}/pg_hba.conf'
ident_file = '{folder}/pg_ident.conf'
listen_addresses = ''
port = {port}
unix_socket_directories = '"{socket_folder}"'
unix_socket_permissions = 0700
max_connections = 60
max_parallel_workers_per_gather = 0
jit = off
random_page_cost = 1.1
max_wal_size = 256MB
log_destination = 'stderr'
logging_collector = off
log_checkpoints = off
lc_messages = 'C'
"""
# Only root and the folder's owner, identified by the kernel, so there is no password.
HBA = f"local all {SUPERUSER},{ROLE} peer map=owner\n"
IDENT = f"""\
owner "{{user}}" {SUPERUSER}
owner "{{user}}" {ROLE}
"""


def write_configuration(folder: Path, socket_folder: Path) -> Path:
    """Write the configuration of the server in `folder`; return the main file's path."""
    owner = find_user(folder.stat().st_uid)
    users = dict.fromkeys(["root", *([owner.pw_name] if owner else [])])
    settings = SETTINGS.format(
        folder=_quoted(folder),
        data=_quoted(folder / "data"),
        socket_folder=_quoted(socket_folder),
        port=PORT,
    )
    _write(folder / "pg_hba.conf", HBA)
    _write(folder / "pg_ident.conf", "".join(IDENT.format(user=user) for user in users))
    return _write(folder / "postgresql.conf", settings)


def _quoted(path: Path) -> str:
    """Escape a path for use between single quotes in postgresql.conf."""
    return str(path).replace("\\", "\\\\").replace("'", "''")


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    private_files.chown_like(path, like=path.parent)
    # Regardless of the umask. If root runs this, the server's user needs to read the file.
    if os.geteuid() == 0:
        os.chown(path, -1, server_account(path.parent)[1])
    path.chmod(0o640 if os.geteuid() == 0 else 0o600)
    return path
