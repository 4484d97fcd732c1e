"""Embedded PostgreSQL: finds the programs, creates the data folder, starts and stops the server.

A process that needs the server takes a lease:

    with Server(Path("var/postgres")).lease():
        ...

The first lease starts the server and the end of the last one stops it, unless `up()` pinned it.
Lease holders watch the server and restart it within seconds if it was killed, but not after
`down()`. Everything is under one folder:

    data/               the cluster created by initdb
    log/ run/           the server's log and socket
    *.conf              the configuration, rewritten before each start
    lock leases/ pin    lock for starting and stopping, lease holders, pin
    down                marker that `down()` stopped the server

The server does not listen on the network. Over the socket, in a private folder, only root and the
folder's owner may connect ("peer" authentication, so there is no password). Pressroom's role is not
a superuser: an attacker who controls the site gets one database, not the machine.
"""

from pressroom.infra.db.embedded.server import Server

__all__ = ["Server"]
