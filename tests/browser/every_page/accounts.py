"""Signing in, posts, devices and messages, and what is open to everybody."""

import datetime as dt

from django.utils.timezone import now

from core.web.help import TOPICS
from stations.accounts.models import Device, Post
from stations.models import User
from tests.browser.every_page.page import Pages, Story, one, plain


class Accounts(Story):
    """An emergency post, and a device."""

    def emergency(self) -> Post:
        """An emergency post that is over and that nobody has reviewed."""
        since = now() - dt.timedelta(hours=3)
        return Post.objects.get_or_create(
            user=User.objects.get(username="partner3213240004"),
            role="helper",
            station=self.station,
            defaults={
                "reach": "station",
                "is_break_glass": True,
                "from_at": since,
                "to_at": since + dt.timedelta(hours=2),
                "reason": "合伙人突发疾病",
                "appointed_by": User.objects.get(username="admin"),
            },
        )[0]

    def device(self) -> Device:
        return Device.objects.get_or_create(
            station=self.station, label="柜台手机", defaults={"registered_by": self.partner, "registered_at": now()}
        )[0]


PAGES: Pages = {
    "home": lambda house: [
        one("partner", "home"),
        one("partner3213240004", "home"),
        one("manager", "home"),
        *(one(reader, "home") for reader in ("helper", "clerk", "finance", "auditor", "admin")),
    ],
    "core:search": lambda house: [
        *(one(reader, "core:search", query="?q=wang") for reader in ("partner", "finance", "manager")),
        *(one(reader, "core:search") for reader in ("auditor", "admin")),
    ],
    "core:help": plain("", "core:help"),
    "core:problems": plain("", "core:problems"),
    "core:problem": lambda house: [one("", "core:problem", "float_too_small")],
    "core:help-topic": lambda house: [one("", "core:help-topic", topic.name) for topic in TOPICS],
    "core:components": plain("", "core:components"),
    "accounts:sign_in": lambda house: [one("", "accounts:sign_in")],
    "accounts:first_sign_in": plain("", "accounts:first_sign_in"),
    "accounts:ask_code": plain("", "accounts:ask_code"),
    "accounts:forgotten": plain("", "accounts:forgotten"),
    "accounts:me": lambda house: [one("partner", "accounts:me"), one("finance", "accounts:me")],
    "accounts:pin": plain("partner", "accounts:pin"),
    "accounts:password": plain("partner", "accounts:password"),
    "accounts:second_factor": plain("helper", "accounts:second_factor"),
    "accounts:revoke_device": lambda house: [
        one("partner", "accounts:revoke_device", house.partner.device_pins.latest("pk").device_id)
    ],
    "accounts:posts": plain("manager", "accounts:posts"),
    "accounts:appoint_post": plain("manager", "accounts:appoint_post"),
    "accounts:post": lambda house: [one("manager", "accounts:post", house.partner.posts.first().pk)],
    "accounts:end_post": lambda house: [one("manager", "accounts:end_post", house.partner.posts.first().pk)],
    "accounts:issue_code": lambda house: [one("manager", "accounts:issue_code", house.partner.posts.first().pk)],
    "inbox:messages": lambda house: [one("partner", "inbox:messages"), one("auditor", "inbox:messages")],
    "core:scan": lambda house: [one("", "core:scan"), one("partner", "core:scan", query="?code=nothing")],
    "accounts:break_glass": plain("manager", "accounts:break_glass"),
    "accounts:emergencies": lambda house: [one("manager", "accounts:emergencies")],
    "accounts:review_post": lambda house: [one("manager", "accounts:review_post", house.emergency().pk)],
    "accounts:device": lambda house: [one("partner", "accounts:device", house.device().pk)],
    "accounts:move_device": lambda house: [
        one("manager", "accounts:move_device", house.device().pk, slug) for slug in ("quarantine", "revoke")
    ],
}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {
    *(
        "home_trend",
        "core:file",
        "core:livez",
        "core:readyz",
        "core:metrics",
        "core:language",
        "core:csp-report",
        "core:service-worker",
        "core:manifest",
    ),
    *("accounts:second_factor_picture", "accounts:sign_out", "accounts:end_sessions"),
}
