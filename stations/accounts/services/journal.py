"""What the log says of signing in: who, by id; where; with what; how it ended. Never a name, an address, a secret."""

from typing import Any
from uuid import UUID

import structlog

from stations.accounts.models import User

log = structlog.get_logger("ecomnet.signing_in")


def note(event: str, *, user: User | None, device: UUID | None = None, **more: Any) -> None:
    """A line for what somebody has done about signing in."""
    log.info(event, **_who(user, device), **more)


def note_refusal(event: str, *, user: User | None, device: UUID | None = None, place: bytes = b"", **more: Any) -> None:
    """A line for a try that was refused. The place is a keyed hash: equal places meet, nobody reads an address."""
    told = {"place": str(UUID(bytes=place[:16]))} if place else {}
    log.warning(event, **_who(user, device), **told, **more)


def _who(user: User | None, device: UUID | None) -> dict[str, str | None]:
    return {"user": str(user.pk) if user else None, "device": str(device) if device else None}
