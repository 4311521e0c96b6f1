"""Telling providers in tests, and a listener that leaves a trace in the transaction of what it hears."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils.timezone import now

from core.fields import uuid7
from core.gateways.models import Instruction, Provider
from core.gateways.services import instruct
from core.history import changes_of, record_change
from core.hooks import ANSWERS, BODIES, DAILY_FILES, LATE_FILES, SENDING, STRAYS
from core.models import Event
from tests.factories.gateways import ProviderFactory
from tests.hooks import replace, replace_keyed

PATHS = {"fetch": "/v1/bills/fetch", "bill": "/v1/bills/pay", "recharge": "/v1/recharges"}


def listen(*, instruction: Instruction, result: Any, source: str, at: Any) -> None:
    """An app above that hears an answer: what it was, as history of the instruction."""
    record_change(instruction, old=source, new=str(result.status), reason=result.code, at=at)


def hear_stray(**what: Any) -> None:
    """An app above that hears of an unknown reference."""
    Event.objects.create(name="test.stray", payload={"our_ref": what["our_ref"], "source": what["source"]})


def hear_file(*, daily_file: Any, at: Any) -> None:
    """An app above that reads daily files."""
    Event.objects.create(name="test.file", payload={"sha256": daily_file.sha256})


def hear_alarm(*, provider: Provider, file_date: Any, at: Any) -> None:
    """An app above that is told of a late file."""
    Event.objects.create(name="test.alarm", payload={"provider": provider.code, "date": str(file_date)})


@pytest.fixture
def listeners(monkeypatch) -> None:
    """These listeners in the place of the apps above."""
    kinds = dict.fromkeys(Instruction.Kind.values, "tests.gateways.listen")
    replace_keyed(monkeypatch, ANSWERS, kinds)
    replace_keyed(monkeypatch, SENDING, {})
    replace_keyed(monkeypatch, BODIES, {})
    replace(monkeypatch, STRAYS, "tests.gateways.hear_stray")
    replace(monkeypatch, DAILY_FILES, "tests.gateways.hear_file")
    replace(monkeypatch, LATE_FILES, "tests.gateways.hear_alarm")


def heard(instruction: Instruction) -> list[tuple[str, str, str]]:
    """What the app above was told: source, status, code."""
    return [(change.old, change.new, change.reason) for change in changes_of(instruction)]


def js_power() -> Provider:
    """The electricity company of the sandbox."""
    return Provider.objects.filter(code="JS-POWER").first() or ProviderFactory(code="JS-POWER")


def pay(*, amount: str = "88.50", customer_no: str = "3213240012399", at: Any = None, **more: Any) -> Instruction:
    """Tell the electricity company that a bill is paid."""
    return tell("bill", {"parameters": {"customer_no": customer_no}, "bill_ref": None, **_money(amount)}, at, **more)


def fetch(customer_no: str = "3213240012345", at: Any = None) -> Instruction:
    """Ask the electricity company for a bill."""
    return tell("fetch", {"parameters": {"customer_no": customer_no}}, at)


def tell(
    kind: str, request: dict[str, Any], at: Any = None, *, our_ref: UUID | None = None, **more: Any
) -> Instruction:
    """Any instruction to the electricity company."""
    return instruct(
        provider=js_power(),
        kind=kind,
        path=PATHS[kind],
        request={"biller_code": "JS-POWER", **request},
        our_ref=our_ref or uuid7(),
        at=at or now(),
        **more,
    )


def said(instruction: Instruction, status: str = "succeeded", **changed: Any) -> dict[str, Any]:
    """What the company says of an instruction, as the protocol writes it."""
    return {
        "our_ref": str(instruction.our_ref),
        "kind": instruction.kind,
        "status": status,
        "provider_ref": "JS-POWER-0001",
        "amount": instruction.request["amount"],
        "currency": "CNY",
        "code": "account_invalid" if status == "failed" else None,
        "message": None,
        "biller_receipt_no": "R-1" if status == "succeeded" else None,
        "completed_at": "2026-11-25T08:00:00Z",
        **changed,
    }


def event(data: dict[str, Any], event_type: str = "transaction.succeeded", event_id: str = "") -> dict[str, Any]:
    """A callback of the protocol."""
    event_id = event_id or f"evt-{uuid4().hex}"
    return {"event_id": event_id, "event_type": event_type, "occurred_at": "2026-11-25T08:00:00Z", "data": data}


def _money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}
