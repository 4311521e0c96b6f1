"""Why the company refuses an instruction: the code of the protocol, or nothing if it executes it."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from core.gateways.sandbox import books, hospitals, prefund
from core.gateways.sandbox.catalogue import Account, Provider, period_of, recharge_objection
from core.gateways.sandbox.requests import amount_in
from core.gateways.sandbox.store import Store

DECLINES = {
    "bill": "account_invalid",
    "payout": "account_invalid",
    "message": "phone_invalid",
    "reversal": "reversal_refused",
    "registration": "clinic_full",
}

#: Account numbers that end like this do not exist.
NO_SUCH_ACCOUNT = "0000"


def objection(
    store: Store, provider: Provider, kind: str, request: dict[str, Any], account: Account | None, deed: dict[str, Any]
) -> str:
    """Why it will fail; empty when it will succeed."""
    if deed["do"] == "decline":
        return deed["code"] or DECLINES.get(kind, "operator_rejected")
    if deed["do"] == "pending" and deed["code"]:
        return deed["code"]
    country = provider.country
    if kind in hospitals.KINDS:
        return hospitals.objection(store, provider, kind, request)
    if kind != "message" and (amount_in(request, country.unit) <= 0 or request["currency"] != country.currency):
        return "amount_invalid"
    if kind in {"recharge", "message"} and not _is_phone(request["phone"]):
        return "phone_invalid"
    if kind == "recharge":
        return recharge_objection(request) or _want_of_balance(store, provider, kind, request)
    if account is not None:
        return _bill(store, account, request) or _want_of_balance(store, provider, kind, request)
    if kind == "payout":
        return DECLINES[kind] if request["account_no"].endswith(NO_SUCH_ACCOUNT) else ""
    if kind in {"refund", "reversal"}:
        return _taking_back(store, provider, kind, request)
    return ""


def _is_phone(text: str) -> bool:
    return bool(re.fullmatch(r"\+?[0-9]{8,15}", text)) and not text.endswith("0000")


def _want_of_balance(store: Store, provider: Provider, kind: str, request: dict[str, Any]) -> str:
    covered = prefund.covers(store, provider.code, kind, request["amount"])
    return "" if covered else "insufficient_provider_balance"


def _bill(store: Store, account: Account, request: dict[str, Any]) -> str:
    period, bill_ref = period_of(dt.datetime.now(dt.UTC), account.country.zone), request.get("bill_ref")
    if account.fate == "not_found":
        return "account_invalid"
    if bill_ref and account.parameters and bill_ref != account.bill_ref(period):
        return "bill_expired"
    if bill_ref and account.billed() <= books.paid(store, account, period):
        return "already_paid"
    return ""


def _taking_back(store: Store, provider: Provider, kind: str, request: dict[str, Any]) -> str:
    original = books.find(store, provider.code, request["original_ref"])
    if original is None or original["status"] != "succeeded" or original["reversed_at"]:
        return "reversal_refused" if kind == "reversal" else "operator_rejected"
    whole, asked = Decimal(original["amount"]), amount_in(request, provider.country.unit)
    left = whole - books.given_back(store, provider.code, request["original_ref"])
    return "" if asked <= left and (kind == "refund" or asked == whole) else "amount_invalid"
