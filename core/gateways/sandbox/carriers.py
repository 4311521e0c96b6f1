"""A carrier's tracking system: it says where parcels are, by callbacks, with the faults that were asked for."""

import time
from typing import Any

from core.gateways.sandbox import callbacks
from core.gateways.sandbox.replies import Reply, refuse
from core.gateways.sandbox.store import Store

EVENTS = frozenset({"on_the_way", "delivered", "brought_back"})
FAULTS = frozenset({"", "bad_signature", "clock_skew"})


def say(store: Store, providers: frozenset[str], wanted: Any) -> Reply:
    """POST /sandbox/parcel-events: one event, sent `times`, after `seconds`."""
    if not isinstance(wanted, dict) or not _is_usable(wanted, providers):
        return refuse(400, "malformed")
    data = {name: wanted.get(name) for name in ("our_ref", "note")}
    event_id = callbacks.plan(
        store,
        wanted["provider"],
        f"parcel.{wanted['event']}",
        data,
        occurred_at=wanted["occurred_at"],
        due_at=time.time() + (wanted.get("seconds") or 0),
        times=wanted.get("times", 1),
        fault=wanted.get("fault", ""),
    )
    return Reply(202, {"event_id": event_id})


def _is_usable(wanted: dict[str, Any], providers: frozenset[str]) -> bool:
    texts = (wanted.get(name) for name in ("our_ref", "occurred_at"))
    known = wanted.get("provider") in providers and wanted.get("event") in EVENTS
    return known and wanted.get("fault", "") in FAULTS and all(isinstance(text, str) and text for text in texts)
