"""`manage.py login_code USER`: a one-time code for a first sign-in, for the one who runs the system.

The first administrator has no manager who could issue one. It is logged like any other.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from core.history import record_change
from stations.accounts.models import User
from stations.accounts.services import make_login_code


class Command(BaseCommand):
    """Issues a code from the command line of the server."""

    help = "Issue a one-time code, valid for a day, for a person's first sign-in on a new browser."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        at = now()
        with transaction.atomic():
            row, code = make_login_code(user=user, at=at)
            record_change(row, old="", new="issued", at=at, actor_kind="staff", reason="command line")
        self.stdout.write(code)
