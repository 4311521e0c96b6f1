"""Orders that somebody without a login pays by link, and what the gateway says of it."""

import datetime as dt
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils.timezone import now

from core.database.db import present
from core.gateways.models import Instruction
from core.gateways.services import record_result
from core.models import Notice
from core.notices.services import message_of
from finance import chart
from finance.models import Payment
from ledger.audit import audit_book
from ledger.models import AuditFinding
from orders.models import PaymentLink
from orders.purchases.services import (
    offer_payment_link,
    pay_by_link,
)
from tests.factories.finance import book, provider
from tests.factories.purchases import Shop, begun
from tests.jobs import run_jobs

Row = TypeVar("Row", bound=models.Model)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PHONE = "+8613700137000"


def offered(ready: Shop, *, at: dt.datetime | None = None, phone: str = "", **values: Any) -> PaymentLink:
    """A link for an order that waits for somebody to pay it."""
    at = at or now()
    order = begun(ready, pay_method="online", at=at, **values)
    return offer_payment_link(order=order, phone=phone, by=ready.partner, at=at)


def gateway_says(
    payment: Payment,
    status: str,
    *,
    kind: str = "collection",
    ref: UUID | None = None,
    code: str | None = None,
    event_type: str = "",
    at: dt.datetime | None = None,
    amount: str = "",
) -> None:
    """What the gateway says of a payment, or with `ref` of money that it gives back; and what follows from it."""
    at = at or now()
    said = {
        "our_ref": str(ref or payment.pk),
        "kind": kind,
        "status": status,
        "provider_ref": "E-1",
        "amount": amount or str(payment.total),
        "currency": payment.currency,
        "code": code,
    }
    where = Instruction.objects.get(pk=said["our_ref"]).provider
    record_result(provider=where, our_ref=said["our_ref"], data=said, source="callback", at=at, event_type=event_type)
    run_events(at)


def gateway_quietly(payment: Payment, *, event_type: str = "") -> None:
    """The gateway has the money, or says what `event_type` says, and nobody above has heard of it."""
    said = {"our_ref": str(payment.pk), "kind": "collection", "status": "succeeded", "provider_ref": "E-1"}
    said |= {"amount": str(payment.total), "currency": payment.currency}
    record_result(
        provider=provider("EPAY"),
        our_ref=str(payment.pk),
        data=said,
        source="callback",
        at=now(),
        event_type=event_type,
    )


def run_events(at: dt.datetime) -> None:
    """What hears of it, without the calls to companies."""
    Instruction.objects.filter(state="committed").update(state="sent", sent_at=at)
    run_jobs(at)


def text_of(template: str) -> str:
    """What the one message of this kind says."""
    return message_of(Notice.objects.get(template=template).our_ref)["text"]


def pressed(link: PaymentLink, *, at: dt.datetime | None = None) -> tuple[PaymentLink, Payment]:
    """Somebody has pressed the button of its page; and the payment that was begun."""
    link = pay_by_link(link=link, at=at or now())
    return link, present(link.payment)


def fresh(row: Row) -> Row:
    """The row as it is stored now."""
    return type(row)._default_manager.get(pk=row.pk)


def stock(ready: Shop) -> tuple[int, int]:
    """How much lies in the warehouse, and how much of it is reserved."""
    ready.level.refresh_from_db()
    return ready.level.on_hand, ready.level.allocated


def at_gateway(ready: Shop, code: str = "EPAY") -> tuple[int, int]:
    """What the gateway owes us, and what the station holds for villagers, in minor units."""
    return ready.holds(chart.clearing(provider(code))), ready.holds(ready.funds_key)


def assert_audited() -> None:
    """The auditor of the book finds nothing."""
    found = AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))
    assert [(finding.check_code, finding.sample) for finding in found] == []
