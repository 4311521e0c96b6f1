"""The order system of a supplier: takes in what it is told of orders, each event once, in whatever order they come."""

import json
from typing import Any

from core.gateways.sandbox import behaviours
from core.gateways.sandbox.catalogue import Provider
from core.gateways.sandbox.replies import Reply, misbehave, refuse
from core.gateways.sandbox.store import Store

PATH = "/v1/purchase-order-events"
KIND = "order_event"
RETURNED = "purchase_order.returned"
TYPES = frozenset({"purchase_order.placed", "purchase_order.cancelled", RETURNED})


def take_event(store: Store, provider: Provider, body: bytes) -> Reply:
    """POST /v1/purchase-order-events."""
    event = _event_in(body)
    if event is None:
        return refuse(400, "malformed")
    event_id = event["event_id"]
    with store.transaction():
        deed = behaviours.take(store, KIND, {"our_ref": event_id})
        if deed["do"] == "lose_request":
            return Reply(0, is_lost=True, seconds=deed["seconds"])
        if deed["do"] == "decline":
            return misbehave(refuse(422, deed["code"] or "order_refused"), deed)
        if deed["do"] == "error_500" and deed["code"] != "executed":
            return refuse(500, "internal_error")
        is_new = _store(store, provider, event, body)
    if deed["do"] == "error_500":
        return refuse(500, "internal_error")
    return misbehave(Reply(202 if is_new else 200, {"event_id": event_id}), deed)


def purchase_orders(store: Store, provider: str | None) -> list[dict[str, Any]]:
    """What the supplier knows of each order: its state and lines, what came back, and each event as it arrived."""
    rows = store.all(
        "SELECT * FROM supplier_events WHERE ?1 IS NULL OR provider = ?1 ORDER BY provider, order_number, rowid",
        provider,
    )
    orders: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["provider"], row["order_number"])
        fresh = {"status": "unknown", "lines": [], "returned": [], "events": []}
        _apply(orders.setdefault(key, {"provider": key[0], "order": key[1], **fresh}), row)
    return list(orders.values())


def _apply(order: dict[str, Any], row: Any) -> None:
    """A cancellation stands, also where it has overtaken the order."""
    lines = json.loads(row["body"])["data"]["lines"]
    order["events"].append({name: row[name] for name in ("event_id", "event_type", "received")})
    if row["event_type"] == RETURNED:
        order["returned"] += lines
        return
    order["lines"] = lines
    if order["status"] != "cancelled":
        order["status"] = row["event_type"].rpartition(".")[2]


def _store(store: Store, provider: Provider, event: dict[str, Any], body: bytes) -> bool:
    """Whether the event is new."""
    known = store.run(
        "UPDATE supplier_events SET received = received + 1 WHERE provider = ? AND event_id = ?",
        provider.code,
        event["event_id"],
    )
    if not known:
        store.add(
            "supplier_events",
            provider=provider.code,
            event_id=event["event_id"],
            event_type=event["event_type"],
            order_number=event["data"]["order"],
            body=body.decode(),
        )
    return not known


def _event_in(body: bytes) -> dict[str, Any] | None:
    """The body as an event of the protocol; None when it is none."""
    try:
        event = json.loads(body)
        data = event["data"]
        texts = (event["event_id"], event["event_type"], event["occurred_at"], data["order"], data["station"])
        is_whole = all(isinstance(text, str) and text for text in texts) and isinstance(data["lines"], list)
    except (ValueError, KeyError, TypeError):
        return None
    return event if is_whole and event["event_type"] in TYPES else None
