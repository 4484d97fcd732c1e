"""The embedded PostgreSQL: find its programs, make its data folder, start it, stop it.

Whoever needs the server holds a lease on it:

    with Server(Path("var/postgres")).lease():
        ...

The first lease starts the server, the last one stops it, unless `up()` pinned it. Who holds a lease
watches it: one that was killed is started again within seconds, one that `down()` ended is not.
Everything stays under one folder:

    data/               the cluster, as initdb makes it
    log/ run/           what the server writes besides: its log, its socket
    *.conf              the configuration, written anew before each start
    lock leases/ pin    who may start and stop it, who needs it, whether it stays
    down                that it was ended by `down()`

Who gets in: nobody over the network, and over the socket (in a private folder) only root and the
owner of the folder, as the kernel vouches for them ("peer"), so there is no password to keep.
Pressroom's own role is no superuser: a hole in the site opens one database, not the machine.
"""

from pressroom.infra.db.embedded.programs import PostgresError
from pressroom.infra.db.embedded.server import Server

__all__ = ["PostgresError", "Server"]
