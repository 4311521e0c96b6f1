"""The company's answers in the protocol, correct or with injected faults."""

import datetime as dt
import json
import time
from dataclasses import dataclass, field
from typing import Any

from core.gateways.sandbox.catalogue import written

#: What is done without an amount.
WITHOUT_AMOUNT = frozenset({"message", "registration", "release"})
#: What a payout's end is called.
PAYOUT_WORDS = {"succeeded": "paid", "failed": "failed", "reversed": "returned"}


@dataclass
class Reply:
    """What goes back, and how: `is_lost` closes the connection without a word, `fault` spoils the signature."""

    status: int
    body: dict[str, Any] | list[Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    is_lost: bool = False
    fault: str = ""
    skew: int = 0


def refuse(status: int, code: str, **headers: str) -> Reply:
    """A refusal with its machine-readable code."""
    return Reply(status, {"code": code}, {name.replace("_", "-"): value for name, value in headers.items()})


def taken_back(row: Any) -> str:
    """The word for what was done and undone again."""
    return "returned" if row["kind"] == "payout" else "reversed"


def event_of(row: Any, status: str) -> tuple[str, dict[str, Any]]:
    """The event of a movement that has come to this status: its type and its data."""
    if row["kind"] == "payout":
        word = PAYOUT_WORDS[status]
        code = None if status == "succeeded" else row["code"] or "account_closed"
        return f"payout.{word}", {"our_ref": row["our_ref"], "status": word, "return_code": code}
    said = result_of(row)
    if status != "reversed" and status != row["status"]:
        said |= {"status": status, "code": "operator_rejected" if status == "failed" else None}
    return f"transaction.{status}", said


def result_of(row: Any) -> dict[str, Any]:
    """The result object of the protocol."""
    if row["kind"] == "collection" and row["status"] == "pending":
        return {
            "our_ref": row["our_ref"],
            "status": "pending",
            "pay_url": row["pay_url"],
            "expires_at": row["expires_at"],
        }
    completed = row["completed_at"]
    result = {
        "our_ref": row["our_ref"],
        "kind": row["kind"],
        "status": row["status"],
        "provider_ref": row["provider_ref"],
        "amount": row["amount"],
        "currency": row["currency"],
        "code": row["code"] if row["status"] == "failed" else None,
        "message": None,
        "biller_receipt_no": row["receipt"],
        "completed_at": written(dt.datetime.fromtimestamp(completed, dt.UTC)) if completed else None,
    }
    if row["kind"] == "payout":
        status, code = (taken_back(row) if row["reversed_at"] else row["status"]), row["code"]
        result |= {"status": status, "code": code if status in {"failed", "returned"} else None}
    if row["kind"] in WITHOUT_AMOUNT:
        del result["amount"], result["currency"]
    return result


def answer_of(row: Any) -> Reply:
    """The result as an answer: 202 while it is not decided."""
    return Reply(202 if row["status"] == "pending" and row["kind"] != "collection" else 200, result_of(row))


def misbehave(reply: Reply, deed: dict[str, Any]) -> Reply:
    """The answer as it was wished for: slow, lost, wrongly signed."""
    if deed["do"] == "slow":
        reply.seconds = deed["seconds"] or 30
    if deed["do"] == "lose_answer":
        reply.is_lost, reply.seconds = True, deed["seconds"]
    if deed["do"] in {"bad_signature", "clock_skew"}:
        reply.fault, reply.skew = deed["do"], int(deed["seconds"])
    return reply


def reply_to_fetch(our_ref: str, row: Any) -> Reply:
    """The bill that was looked up, once that is done."""
    if row["ready_at"] > time.time():
        return Reply(202, {"our_ref": our_ref, "result": "processing"})
    return Reply(200, {"our_ref": our_ref, **json.loads(row["answer"])})
