"""The help: one short page per task, the same words for everybody, readable without a network."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Topic:
    """A task and its page, `help/<name>.html`."""

    name: str
    title: Any
    icon: str
    about: Any


TOPICS = [
    Topic("find", _("Find a resident"), "search", _("By name, pinyin, initials, phone or card")),
    Topic("bill", _("Pay a bill"), "bolt", _("Electricity, water, television")),
    Topic("recharge", _("Recharge a phone"), "phone", _("Number, amount, wrong number")),
    Topic("no-answer", _("The company has not answered"), "clock", _("What is safe, and what to say")),
    Topic("till", _("Open and close the day"), "till", _("Count the till")),
    Topic("float", _("Top up the float"), "wallet", _("Topping up, and when it counts")),
    Topic("receipt", _("Print a slip again"), "printer", _("And what its status words mean")),
    Topic("offline", _("No network"), "offline", _("What works, and what must wait")),
    Topic("sign-in", _("Sign in"), "lock", _("Code, PIN, a new phone")),
    Topic("scan", _("Scanner and keyboard"), "scan", _("Faster with fewer presses")),
]


def topic_of(name: str) -> Topic | None:
    """The topic of that name."""
    return next((topic for topic in TOPICS if topic.name == name), None)
