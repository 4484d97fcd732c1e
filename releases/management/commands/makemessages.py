"""manage.py makemessages: Django's command, extracting `message(...)` too."""

from __future__ import annotations

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    # `make messages` adds the options that the catalogs are made with.
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=message"]
