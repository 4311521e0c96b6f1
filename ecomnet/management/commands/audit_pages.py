"""`manage.py audit_pages`: the six pages that `./dev browser --audit` measures, and a session to open them with."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from finance.models import BillFetch
from orders.models import Shop
from stations.models import User


class Command(BaseCommand):
    """Speaks JSON to a program; a session that nobody signed in for is made in the demonstration only."""

    help = "Print the pages to measure and the cookie of a session of the demonstration's partner, as JSON."

    def handle(self, **options: Any) -> None:
        if not settings.ECOMNET_DEMONSTRATION:
            raise CommandError("Only the demonstration opens its pages without a sign-in.")
        partner = User.objects.filter(username="partner").first()
        waiting = BillFetch.objects.filter(asked_by=partner, status="found", payments=None).last()
        shop = Shop.objects.filter(status=Shop.Status.APPROVED).order_by("pk").first()
        if partner is None or waiting is None or waiting.payer is None or shop is None:
            raise CommandError("Load the demonstration anew: ./dev reset; ./dev run.")
        pages = {
            "sign-in": reverse("accounts:first_sign_in"),
            "home": reverse("home"),
            "resident": reverse("people:person", args=[waiting.payer.pk]),
            "pay a bill": reverse("bills:check", args=[waiting.pk]),
            "till": reverse("tills:till"),
            "city shop": reverse("cityshops:shop", args=[shop.ref]),
        }
        cookie = f"{settings.SESSION_COOKIE_NAME}={_session_of(partner)}"
        self.stdout.write(json.dumps({"pages": pages, "cookie": cookie}))


def _session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(3600)
    session.create()
    return str(session.session_key)
