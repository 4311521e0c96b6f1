"""One of everything that can be: payments in each state, money to give back, top-ups that wait, a paused service."""

import datetime as dt
import itertools
from typing import Any
from uuid import UUID

from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.sandbox.catalogue import Account, bill_of
from core.gateways.services import record_result
from core.gateways.services.answers import apply_unknown
from core.jobs.models import Job
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from finance.bills.services import pay_bill
from finance.floats.services import match_topup, reject_topup, request_topup
from finance.models import BankStatementLine, Biller, BillFetch, FloatTopUp, Payment
from finance.payments.services import Tender, notify_refund, submit_payment
from finance.payments.services.answers import send_to_review
from finance.recon.services import BANK_COLUMNS, import_bank_statement
from stations.models import Person, Service, Station
from stations.network.services import pause_service

CURRENCY = "CNY"
LATER = dt.timedelta(seconds=3)


def load_states(cast: Cast, *, at: dt.datetime) -> None:
    """At the story's station; a pause in another county."""
    station = next(station for station in cast.stations if station.code == STORY)
    partner = cast.partners[station.pk]
    payers = list(Person.objects.filter(home_station=station).exclude(household=None).order_by("-pk")[:8])
    for minutes, (said, payer) in enumerate(
        zip(("succeeded", "failed", "pending", "unknown", "review", "reversed"), payers, strict=False), start=1
    ):
        payment_in_state(said, station=station, partner=partner, payer=payer, at=at - dt.timedelta(minutes=7 * minutes))
    for payer in payers[6:]:
        _found(station, partner, payer, at=at)
    _topups(cast, station, at=at)
    recharge = Service.objects.get(code="recharge")
    county = cast.stations[-1].county
    manager = cast.managers[county.pk]
    pause_service(service=recharge, division=county, actor=manager, reason="运营商系统维护", at=at)


def _found(station: Station, partner: Any, payer: Person, *, at: dt.datetime, meter: int = 0) -> BillFetch:
    """A bill that was fetched and waits to be paid: the very bill that the sandbox provider would show."""
    account = _account(payer, meter=meter)
    bill = bill_of(account, account.billed(), at)
    return BillFetch.objects.create(
        our_ref=uuid7(),
        station=station,
        asked_by=partner,
        asked_at=at,
        biller=Biller.objects.get(code=account.biller_code),
        parameters=account.parameters,
        payer=payer,
        household=payer.household,
        status=BillFetch.Status.FOUND,
        bill_ref=bill["bill_ref"],
        customer_name=bill["customer_name"],
        period=bill["period"],
        due_date=dt.date.fromisoformat(bill["due_date"]),
        amount_minor=int(account.billed() * 100),
        currency=CURRENCY,
        expires_at=at + dt.timedelta(days=2),
    )


def _account(payer: Person, *, meter: int = 0) -> Account:
    """The payer's customer number with the power company, for each meter; none of those that mean trouble."""
    first = 3_213_240_000_000 + payer.pk.int % 10**6 + meter * 10**6
    numbers = (first + more for more in itertools.count())
    accounts = (Account("JS-POWER", {"customer_no": str(number)}) for number in numbers)
    return next(account for account in accounts if not account.fate)


def payment_in_state(
    said: str, *, station: Station, partner: Any, payer: Person, at: dt.datetime, meter: int = 0
) -> Payment:
    """A bill that this payer paid at the counter, and what came of it; another bill for each of his meters."""
    fetch = _found(station, partner, payer, at=at, meter=meter)
    payment = pay_bill(
        biller=fetch.biller,
        fetch=fetch,
        parameters={},
        amount=None,
        station=station,
        tender=Tender(
            payer=payer,
            payer_phone=str(payer.phone),
            cash_given=Money(-(-(fetch.amount_minor or 0) // 100_00) * 100_00, CURRENCY),
        ),
        by=partner,
        at=at,
        key=uuid7().hex,
    )
    send_without_a_call(payment.pk, at=at)
    if said in {"unknown", "review"}:
        apply_unknown(
            instruction=Instruction.objects.get(pk=payment.pk), code="no_answer", source="answer", at=at + LATER
        )
        if said == "review":
            send_to_review(payment=payment, at=at + LATER)
    elif said == "reversed":
        says(payment, "succeeded", at=at + LATER)
        says(payment, "succeeded", at=at + 2 * LATER, event_type="transaction.reversed")
    else:
        says(payment, said, at=at + LATER)
    for refund in payment.refunds.all():
        notify_refund(refund=refund, at=at + 2 * LATER)
    return payment


def send_without_a_call(our_ref: UUID, *, at: dt.datetime) -> None:
    """As if a worker had made the call: the real one would ask the sandbox, which has never heard of it."""
    Job.objects.filter(dedupe_key__in=[f"submit:{our_ref}"]).delete()
    instruction = Instruction.objects.get(pk=our_ref)
    submit_payment(instruction=instruction, at=at)
    instruction.state, instruction.sent_at, instruction.attempts = Instruction.State.SENT, at, 1
    instruction.save(update_fields=["state", "sent_at", "attempts", "updated_at"])


def says(payment: Payment, status: str, *, at: dt.datetime, event_type: str = "") -> None:
    """What the company says of it."""
    record_result(
        provider=payment.bill.biller.provider,
        our_ref=str(payment.pk),
        data={
            "our_ref": str(payment.pk),
            "kind": "bill",
            "status": status,
            "provider_ref": f"P{payment.pk.hex[-8:]}",
            "amount": str(payment.amount),
            "currency": payment.currency,
            "code": "bill_expired" if status == "failed" else None,
            "biller_receipt_no": f"E{payment.pk.hex[-8:]}" if status == "succeeded" else None,
        },
        source="callback",
        at=at,
        event_type=event_type,
    )


def _topups(cast: Cast, station: Station, *, at: dt.datetime) -> None:
    partner, clerk, officer = cast.partners[station.pk], cast.clerks[station.county_id], cast.officers[0]
    request_topup(station=station, amount=Money(400_00, CURRENCY), by=partner, at=at)
    seen = request_topup(station=station, amount=Money(600_00, CURRENCY), by=partner, at=at)
    match_topup(topup=seen, bank_line=_arrived(seen, by=officer, at=at), by=clerk, at=at)
    old = request_topup(station=station, amount=Money(90_00, CURRENCY), by=partner, at=at - dt.timedelta(days=20))
    reject_topup(topup=old, reason="三周内没有这笔转账", by=officer, at=at)


def _arrived(topup: FloatTopUp, *, by: Any, at: dt.datetime) -> BankStatementLine:
    """The money of a top-up on our bank account."""
    line = ["in", str(topup.amount), topup.currency, topup.requested_by.shown_name, "4821", topup.reference]
    row = [day_of(at).isoformat(), f"DEMO-{topup.reference}", *line]
    [stored] = import_bank_statement(
        bank_account="main",
        content="\n".join([",".join(BANK_COLUMNS), ",".join(row)]).encode(),
        control_total=topup.amount,
        country="CN",
        by=by,
        at=at,
    )
    return stored
