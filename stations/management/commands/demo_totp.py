"""`manage.py demo_totp USER`: what the authenticator app of this person would show now. Demonstration only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stations.accounts.demonstration import app_code, set_up_app
from stations.accounts.models import User


class Command(BaseCommand):
    """Stands in for a phone that nobody has in a demonstration."""

    help = "Print the current code of a person's authenticator app (demonstration only)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> None:
        if not settings.ECOMNET_DEMONSTRATION:
            raise CommandError("Only the demonstration shows codes.")
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        set_up_app(user)
        self.stdout.write(app_code(user))
