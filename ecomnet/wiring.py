"""Every effect between apps, on one page.

A lower floor never knows who stands on it: it calls lists that this page fills, and publishes events that this page
connects to the handlers of other apps.
"""

from core import access
from core.events import services as events
from stations import access as stations_access

# event name -> handlers, as dotted paths: handler(event: Event) -> None, idempotent by event id
EFFECTS: dict[str, list[str]] = {}


def connect() -> None:
    """Called once, when all apps are loaded."""
    access.answer_with(stations_access.holds)
    events.EFFECTS.clear()
    events.EFFECTS.update(EFFECTS)
