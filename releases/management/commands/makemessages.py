"""manage.py makemessages: the catalogues, with the sentences that text/ makes."""

from __future__ import annotations

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's own, which is told of `remark`. `make messages` runs it as it should be run."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=message"]
