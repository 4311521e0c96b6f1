"""`manage.py demo_totp USER`: what the authenticator app of this person would show now. Demonstration only."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stations.accounts.models import User
from stations.accounts.services.second_factor import totp_of

STEP = 30


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
        app = totp_of(user) or TOTP.activate(user, generate_totp_secret()).instance
        secret = decrypt(app.data["secret"])
        self.stdout.write(format_hotp_value(hotp_value(secret, int(time.time()) // STEP)))
