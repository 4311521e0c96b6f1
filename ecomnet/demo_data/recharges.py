"""Phones recharged at the story's station, one in each state, and two that were asked back."""

import datetime as dt
import itertools
from typing import Any

from core.days import day_in
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.services import record_result
from core.gateways.services.answers import apply_unknown
from core.jobs.models import Job
from ecomnet.demo_data.states import LATER, send_without_a_call
from ecomnet.demo_data.stations import STORY, Cast
from finance.models import Payment, Plan
from finance.payments.services import Tender, WitnessProof, ask_reversal, notify_refund
from finance.payments.services.answers import send_to_review
from finance.recharge.numbers import operator_of, read_number
from finance.recharge.services import recharge_phone
from stations.models import Person, Station

SAID = ("succeeded", "failed", "pending", "unknown", "review", "reversed", "asked_back", "not_taken_back", "bundle")
#: Those that wait for an answer differ: one phone is not recharged with one amount twice at a time.
PRICES = (30_00, 50_00, 200_00, 10_00, 100_00, 50_00, 30_00, 20_00, 59_00)


def load_recharges(cast: Cast, *, at: dt.datetime) -> None:
    """At the story's station, for residents with a phone."""
    station = next(station for station in cast.stations if station.code == STORY)
    people = Person.objects.filter(home_station=station).exclude(phone="").order_by("pk")
    payers = itertools.cycle([person for person in people[:80] if _operator(person, station, at)])
    for minutes, (said, price, payer) in enumerate(zip(SAID, PRICES, payers, strict=False), start=1):
        moment = at - dt.timedelta(minutes=5 * minutes)
        payment = _recharge(payer, price, station=station, by=cast.partners[station.pk], at=moment)
        send_without_a_call(payment.pk, at=moment)
        _end(payment, said, at=moment + LATER)


def _operator(person: Person, station: Station, at: dt.datetime) -> Any:
    national = read_number(str(person.phone), country="CN").national
    return operator_of(national, country="CN", on=day_in(station.zone, at))


def _recharge(payer: Person, price: int, *, station: Station, by: Any, at: dt.datetime) -> Payment:
    operator = _operator(payer, station, at)
    plan = Plan.objects.filter(operator=operator, face_amount_minor=price).select_related("operator").order_by("kind")
    return recharge_phone(
        phone=str(payer.phone),
        operator=operator,
        plan=plan[0],
        amount=None,
        station=station,
        tender=Tender(payer=payer, payer_phone=str(payer.phone)),
        by=by,
        at=at,
        key=uuid7().hex,
    )


def _end(payment: Payment, said: str, *, at: dt.datetime) -> None:
    if said in {"unknown", "review"}:
        apply_unknown(instruction=Instruction.objects.get(pk=payment.pk), code="no_answer", source="answer", at=at)
        if said == "review":
            send_to_review(payment=payment, at=at)
    elif said in {"failed", "pending"}:
        _says(payment, said, at=at)
    else:
        _says(payment, "succeeded", at=at)
    if said == "reversed":
        _says(payment, "succeeded", at=at + LATER, event_type="transaction.reversed")
    if said in {"asked_back", "not_taken_back"}:
        _ask_back(payment, is_refused=said == "not_taken_back", at=at + LATER)
    for refund in payment.refunds.all():
        notify_refund(refund=refund, at=at + 2 * LATER)


def _ask_back(payment: Payment, *, is_refused: bool, at: dt.datetime) -> None:
    slip = payment.receipts.get(kind="final")
    payment.refresh_from_db()
    ask_reversal(payment=payment, reason="wrong_number", proof=WitnessProof(slip.number), by=payment.taken_by, at=at)
    reversal = payment.reversals.get()
    Job.objects.filter(dedupe_key=f"submit:{reversal.pk}").delete()  # the real call would ask the sandbox
    if is_refused:
        _says(payment, "failed", at=at + LATER, our_ref=str(reversal.pk), kind="reversal", code="reversal_refused")


def _says(payment: Payment, status: str, *, at: dt.datetime, event_type: str = "", **data: Any) -> None:
    our_ref = data.get("our_ref", str(payment.pk))
    record_result(
        provider=payment.recharge.operator.provider,
        our_ref=our_ref,
        data={
            "our_ref": our_ref,
            "kind": "recharge",
            "status": status,
            "provider_ref": f"M{payment.pk.hex[-8:]}",
            "amount": str(payment.amount),
            "currency": payment.currency,
            "code": "phone_invalid" if status == "failed" else None,
            **data,
        },
        source="callback",
        at=at,
        event_type=event_type,
    )
