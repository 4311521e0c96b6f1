"""Goods that a supplier keeps: it confirms an order, or a part of it, refuses it, or takes its time; each one once."""

import json
import time
from typing import Any

from core.gateways.sandbox import behaviours, callbacks
from core.gateways.sandbox.catalogue import Provider
from core.gateways.sandbox.replies import Reply, misbehave, refuse
from core.gateways.sandbox.store import Store

PATH = "/v1/supplier-orders"
KIND, ENQUIRY, RELEASE = "supplier_order", "supplier_enquiry", "supplier_release"
RELEASED = "released"
EVENTS = frozenset({"confirmed", "partly", "refused", "shipped", "arrived", "undeliverable"})
FAULTS = frozenset({"", "bad_signature", "clock_skew"})


def serve(store: Store, provider: Provider, method: str, path: str, body: bytes) -> Reply:
    """POST /v1/supplier-orders, GET /v1/supplier-orders/{our_ref}, POST /v1/supplier-orders/{our_ref}/release."""
    our_ref, _slash, verb = path.removeprefix(PATH).strip("/").partition("/")
    if method == "POST" and not our_ref:
        return _take(store, provider, body)
    if method == "GET" and our_ref and not verb:
        return _enquire(store, provider, our_ref)
    if method == "POST" and verb == "release":
        return _release(store, provider, our_ref)
    return refuse(404, "unknown_path")


def supplier_orders(store: Store, provider: str | None) -> list[dict[str, Any]]:
    """What suppliers have decided about each order, and how often each was asked for, decided and released."""
    rows = store.all("SELECT * FROM supplier_orders WHERE ?1 IS NULL OR provider = ?1 ORDER BY rowid", provider)
    return [{**dict(row), "answer": json.loads(row["answer"]), "body": json.loads(row["body"] or "{}")} for row in rows]


def say(store: Store, providers: frozenset[str], wanted: Any) -> Reply:
    """POST /sandbox/supplier-events: one event about an order, sent `times`, after `seconds`."""
    if not isinstance(wanted, dict) or not _is_usable(wanted, providers):
        return refuse(400, "malformed")
    data = {name: wanted.get(name) for name in ("our_ref", "supplier_ref", "lines", "code", "note")}
    event_id = callbacks.plan(
        store,
        wanted["provider"],
        f"supplier_order.{wanted['event']}",
        data,
        occurred_at=wanted["occurred_at"],
        due_at=time.time() + (wanted.get("seconds") or 0),
        times=wanted.get("times", 1),
        fault=wanted.get("fault", ""),
    )
    return Reply(202, {"event_id": event_id})


def _take(store: Store, provider: Provider, body: bytes) -> Reply:
    asked = _order_in(body)
    if asked is None:
        return refuse(400, "malformed")
    our_ref = asked["our_ref"]
    with store.transaction():
        deed = behaviours.take(store, KIND, {"our_ref": our_ref})
        if deed["do"] == "lose_request":
            return Reply(0, is_lost=True, seconds=deed["seconds"])
        if deed["do"] == "error_500" and deed["code"] != "executed":
            return refuse(500, "internal_error")
        known = _known(store, provider, our_ref)
        if known is None:
            _decide(store, provider, asked, body, deed)
        elif known["body"] and known["body"] != body.decode():
            return refuse(422, "reference_reused")
        else:
            _count(store, provider, our_ref, "asked")
        row = _known(store, provider, our_ref)
    if deed["do"] == "error_500":
        return refuse(500, "internal_error")
    return misbehave(_answer(row), deed)


def _enquire(store: Store, provider: Provider, our_ref: str) -> Reply:
    with store.transaction():
        deed = behaviours.take(store, ENQUIRY, {"our_ref": our_ref})
        row = _known(store, provider, our_ref)
        if row is not None and row["later"]:
            _run(store, provider, our_ref, "answer = later, later = ''")
            row = _known(store, provider, our_ref)
    if deed["do"] == "lose_request":
        return Reply(0, is_lost=True, seconds=deed["seconds"])
    return misbehave(_answer(row) if row is not None else refuse(404, "not_found"), deed)


def _release(store: Store, provider: Provider, our_ref: str) -> Reply:
    """A release that overtakes its order stands: the order is refused when it comes."""
    with store.transaction():
        deed = behaviours.take(store, RELEASE, {"our_ref": our_ref})
        if deed["do"] == "lose_request":
            return Reply(0, is_lost=True, seconds=deed["seconds"])
        answer = json.dumps({"our_ref": our_ref, "status": "refused", "code": RELEASED})
        if _known(store, provider, our_ref) is None:
            store.add("supplier_orders", provider=provider.code, our_ref=our_ref, body="", answer=answer)
        _run(store, provider, our_ref, "answer = ?3, later = '', released = released + 1", answer)
    return misbehave(Reply(200, {"our_ref": our_ref, "status": RELEASED}), deed)


def _decide(store: Store, provider: Provider, asked: dict[str, Any], body: bytes, deed: dict[str, Any]) -> None:
    """All of it, unless something else is wished for: `partly` is half of each line, `pending` until it is enquired."""
    whole = _said(asked["our_ref"], "confirmed")
    answer, later = whole, ""
    if deed["do"] == "decline":
        answer = {**_said(asked["our_ref"], "refused"), "code": deed["code"] or "out_of_stock"}
    elif deed["do"] == "partly":
        lines = [{"line": line["line"], "quantity": line["quantity"] // 2} for line in asked["lines"]]
        answer = {**_said(asked["our_ref"], "partly"), "lines": lines}
    elif deed["do"] == "pending":
        answer, later = _said(asked["our_ref"], "pending"), json.dumps(whole)
    store.add(
        "supplier_orders",
        provider=provider.code,
        our_ref=asked["our_ref"],
        body=body.decode(),
        answer=json.dumps(answer),
        later=later,
        asked=1,
        decided=1,
    )


def _said(our_ref: str, status: str) -> dict[str, Any]:
    return {"our_ref": our_ref, "status": status, "supplier_ref": f"SO-{our_ref[-6:]}", "lines": None, "code": None}


def _answer(row: Any) -> Reply:
    answer = json.loads(row["answer"])
    return Reply(202 if answer["status"] == "pending" else 200, answer)


def _known(store: Store, provider: Provider, our_ref: str) -> Any:
    return store.one("SELECT * FROM supplier_orders WHERE provider = ? AND our_ref = ?", provider.code, our_ref)


def _count(store: Store, provider: Provider, our_ref: str, column: str) -> None:
    _run(store, provider, our_ref, f"{column} = {column} + 1")


def _run(store: Store, provider: Provider, our_ref: str, change: str, *values: Any) -> None:
    statement = f"UPDATE supplier_orders SET {change} WHERE provider = ?1 AND our_ref = ?2"  # noqa: S608
    store.run(statement, provider.code, our_ref, *values)


def _order_in(body: bytes) -> dict[str, Any] | None:
    """The body as an order of the protocol; None when it is none."""
    try:
        order = json.loads(body)
        texts = [order[name] for name in ("our_ref", "order", "station", "county", "currency", "confirm_by")]
        lines = order["lines"]
        numbers = [line["quantity"] for line in lines]
        texts += [line["line"] for line in lines]
    except (ValueError, KeyError, TypeError):
        return None
    is_whole = lines and all(isinstance(text, str) and text for text in texts)
    return order if is_whole and all(isinstance(number, int) for number in numbers) else None


def _is_usable(wanted: dict[str, Any], providers: frozenset[str]) -> bool:
    texts = (wanted.get(name) for name in ("our_ref", "occurred_at"))
    known = wanted.get("provider") in providers and wanted.get("event") in EVENTS
    return known and wanted.get("fault", "") in FAULTS and all(isinstance(text, str) and text for text in texts)
