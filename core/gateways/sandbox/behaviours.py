"""Injected faults: which behaviour of `PUT /sandbox/behaviours` applies to this call."""

import json
from typing import Any

from core.gateways.sandbox.store import Store

DEEDS = frozenset(
    {
        "slow",
        "lose_answer",
        "lose_request",
        "error_500",
        "decline",
        "pending",
        "partly",
        "duplicate_callback",
        "late_callback",
        "no_callback",
        "contradict",
        "bad_signature",
        "clock_skew",
        "reverse_later",
        "omit_from_file",
        "extra_in_file",
        "wrong_amount_in_file",
        "truncate_file",
        "repeat_file",
    }
)
OF_FILES = frozenset({"truncate_file", "repeat_file"})
MATCHES = frozenset({"kind", "our_ref_prefix", "amount", "phone", "biller_code"})
#: What only suppliers of goods do.
OF_SUPPLIERS = frozenset({"partly"})
#: What a supplier is asked for, is enquired, and releases; `partly` confirms half of each line.
SUPPLIER_ORDERS = frozenset({"supplier_order", "supplier_enquiry", "supplier_release"})
#: A wish that names no kind means what executes something, not a question, the wrapping of many payouts, or news.
QUESTIONS = frozenset({"fetch", "enquiry", "payout_file", "order_event", "clinics", "statements", *SUPPLIER_ORDERS})
NOTHING: dict[str, Any] = {"do": "", "seconds": 0, "code": None}


class Unusable(ValueError):
    """These wishes cannot be understood."""


def wish(store: Store, wishes: Any) -> int:
    """Replace all wishes; how many there are now. Raises `Unusable`."""
    if not isinstance(wishes, list):
        raise Unusable("send a list")
    store.remember("behaviours", json.dumps([_checked(wish) for wish in wishes]))
    return len(wishes)


def add(store: Store, more: Any) -> int:
    """Wishes beside those that are left; how many there are now. Raises `Unusable`."""
    left = [wish for wish in wishes(store) if wish["times"] > 0]
    if not isinstance(more, list):
        raise Unusable("send a list")
    return wish(store, [*left, *more])


def wishes(store: Store) -> list[dict[str, Any]]:
    """What is wished for now, with the times that are left."""
    return json.loads(store.setting("behaviours", "[]"))


def take(store: Store, kind: str, request: dict[str, Any]) -> dict[str, Any]:
    """The first wish that meets this call, used up by one; in the caller's transaction."""
    return _take(store, lambda wish: wish["do"] not in OF_FILES and _meets(wish["match"], kind, request))


def take_for_file(store: Store, provider: str) -> dict[str, Any]:
    """The first wish for a daily file that is being delivered."""
    return _take(store, lambda wish: wish["do"] in OF_FILES and wish["match"].get("biller_code", provider) == provider)


def _take(store: Store, meets: Any) -> dict[str, Any]:
    wanted = wishes(store)
    for wish in wanted:
        if wish["times"] > 0 and meets(wish):
            wish["times"] -= 1
            store.remember("behaviours", json.dumps(wanted))
            return wish
    return NOTHING


def _meets(match: dict[str, str], kind: str, request: dict[str, Any]) -> bool:
    if "kind" not in match and kind in QUESTIONS:
        return False
    facts = {**request, "kind": kind}
    prefix = match.get("our_ref_prefix", "")
    if not str(facts.get("our_ref", "")).startswith(prefix):
        return False
    return all(str(facts.get(name)) == str(value) for name, value in match.items() if name != "our_ref_prefix")


def _checked(wish: Any) -> dict[str, Any]:
    if not isinstance(wish, dict) or wish.get("do") not in DEEDS:
        raise Unusable(f"do one of {', '.join(sorted(DEEDS))}")
    match = {name: value for name, value in (wish.get("match") or {}).items() if value is not None}
    if set(match) - MATCHES:
        raise Unusable(f"match by {', '.join(sorted(MATCHES))}")
    seconds, times = wish.get("seconds") or 0, wish.get("times", 1)
    if not isinstance(seconds, int | float) or not isinstance(times, int) or seconds < 0 or times < 0:
        raise Unusable("seconds and times are numbers from 0")
    return {"match": match, "do": wish["do"], "seconds": seconds, "times": times, "code": wish.get("code")}
