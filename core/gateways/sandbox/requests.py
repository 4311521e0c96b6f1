"""Parsing and validation of requests."""

import hashlib
import json
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from core.gateways.sandbox.catalogue import Account


def request_in(body: bytes) -> dict[str, Any] | None:
    """The body as an object with a reference of ours; None when it is none."""
    try:
        request = json.loads(body)
        uuid.UUID(request["our_ref"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return request


def account_in(request: dict[str, Any]) -> Account:
    """The customer of a biller that a request names."""
    parameters = request.get("parameters")
    named = parameters if isinstance(parameters, dict) else {}
    return Account(request["biller_code"], {str(name): str(value) for name, value in named.items()})


def amount_in(request: dict[str, Any], unit: Decimal) -> Decimal:
    """The amount, in whole numbers of the smallest `unit`; 0 for what is none."""
    try:
        amount = Decimal(request["amount"])
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() and amount == amount.quantize(unit) else Decimal(0)


def hash_of(body: bytes) -> str:
    """What tells whether the same was asked again."""
    return hashlib.sha256(body).hexdigest()
