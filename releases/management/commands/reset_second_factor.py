"""manage.py reset_second_factor: for users who lost both app and recovery codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from pressroom.infra.accounts import second_factor


class Command(BaseCommand):
    help = (
        "Turn off a user's second factor so that they can set it up again. Verify the person's "
        "identity first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username}.")
        if not second_factor.is_set_up(user):
            raise CommandError(f"{username} has no second factor.")
        second_factor.turn_off(user)
        self.stdout.write(f"{username} signs in with only the password until it is set up again.")
