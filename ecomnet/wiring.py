"""Every effect between apps, on one page.

A lower floor never knows who stands on it: it calls lists that this page fills, and publishes events that this page
connects to the handlers of other apps.
"""

from core import access
from core.events import services as events
from core.gateways import registry as gateways
from stations import access as stations_access

# event name -> handlers, as dotted paths: handler(event: Event) -> None, idempotent by event id
EFFECTS: dict[str, list[str]] = {}

# kind of instruction -> who records what the provider says, who is told before the call, who makes a body not kept
ANSWERS: dict[str, str] = {"message": "core.notices.services.record_delivery"}
SENDING: dict[str, str] = {}
BODIES: dict[str, str] = {"message": "core.notices.services.message_of"}

# who hears of references that we never gave, who reads daily files, who is told that one is late
STRAYS: list[str] = []
FILES: list[str] = []
LATE_FILES: list[str] = []


def connect() -> None:
    """Called once, when all apps are loaded."""
    access.answer_with(stations_access.holds)
    events.EFFECTS.clear()
    events.EFFECTS.update(EFFECTS)
    gateways.ANSWERS = ANSWERS
    gateways.SENDING = SENDING
    gateways.BODIES = BODIES
    gateways.STRAYS = STRAYS
    gateways.FILES = FILES
    gateways.LATE_FILES = LATE_FILES
