"""manage.py reset_second_factor: for who lost both the app and the recovery codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from pressroom.infra.accounts import second_factor


class Command(BaseCommand):
    help = "Turns a person's second factor off, so that they set it up anew. Ask who asks first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        """Raises CommandError where there is nothing to turn off."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username}.")
        if not second_factor.is_set_up(user):
            raise CommandError(f"{username} has no second factor.")
        second_factor.turn_off(user)
        self.stdout.write(f"{username} signs in with the password alone until it is set up anew.")
