"""Money given back in every way, collected online in every state, and complaints at every step of their way."""

import datetime as dt
import itertools
from typing import Any

from django.contrib.auth.hashers import make_password

from core.codes import LIFE
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.services import record_result
from core.jobs.models import Job
from core.money import Money, parse, zero
from ecomnet.demo_data.states import CURRENCY, LATER, payment_in_state, says
from ecomnet.demo_data.stations import STORY, Cast
from finance.complaints.services import (
    ask_provider,
    assign_complaint,
    close_answered,
    dispute_entry,
    escalate_overdue,
    log_complaint,
    reopen_complaint,
    resolve_complaint,
)
from finance.models import Payment, Refund
from finance.payments.services import (
    Charge,
    CodeProof,
    call_refund,
    collect_online,
    compensate,
    hand_back_cash,
    notify_refund,
    offer_goodwill,
    recover_compensation,
    refund_payment,
    reject_goodwill,
    submit_refund,
)
from ledger.models import Account, Entry
from stations.models import Person, Station

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def load_given_back(cast: Cast, *, at: dt.datetime) -> None:
    """At the story's station."""
    station = next(station for station in cast.stations if station.code == STORY)
    partner = cast.partners[station.pk]
    people = Person.objects.filter(home_station=station).exclude(household=None).order_by("-pk")
    payers = list(itertools.islice(itertools.cycle(people[:9]), 9))
    paid = [
        payment_in_state(
            "succeeded", station=station, partner=partner, payer=payer, at=at - number * HOUR, meter=number
        )
        for number, payer in enumerate(payers, start=1)
    ]
    _give_back(paid[0], "30.00", at=at)
    _give_back(paid[1], str(paid[1].total), at=at)
    _hand_back(paid[1], station, partner, at=at)
    _waited(station, partner, payers[2], cast, at=at)
    _collect(station, partner, at=at)
    _complain(cast, station, partner, paid[2:], at=at)
    _offer_goodwill(cast, paid[2:5], at=at)
    _dispute(station, partner, at=at)


def _give_back(payment: Payment, amount: str, *, at: dt.datetime) -> Refund:
    payment.refresh_from_db()
    money = parse(amount, CURRENCY)
    refund = refund_payment(payment=payment, amount=money, reason="cancelled", at=at, key=f"demo:{payment.pk}:{amount}")
    if refund.source == Refund.Source.CUSTOMER_FUNDS:
        notify_refund(refund=refund, at=at)
    return refund


def _hand_back(payment: Payment, station: Station, partner: Any, *, at: dt.datetime) -> None:
    """Against a code that the demonstration knows."""
    Refund.objects.filter(payment=payment).update(
        code_hash=make_password("123456"), code_sent_at=at, expires_at=at + LIFE
    )
    refund = payment.refunds.get()
    hand_back_cash(refund=refund, notes="own", proof=CodeProof("123456"), station=station, by=partner, at=at + LATER)


def _waited(station: Station, partner: Any, payer: Person, cast: Cast, *, at: dt.datetime) -> None:
    """Paid five days ago, taken back today: four days of waiting, and nobody had come for the money of before."""
    payment = payment_in_state("succeeded", station=station, partner=partner, payer=payer, at=at - 5 * DAY, meter=20)
    says(payment, "succeeded", at=at, event_type="transaction.reversed")
    notify_refund(refund=payment.refunds.get(), at=at)
    if compensation := compensate(payment=payment, at=at):
        notify_refund(refund=compensation, at=at)
        recover_compensation(refund=compensation, reason="电力公司四天后才答复", by=cast.officers[0], at=at)
    clerk = cast.clerks[station.county_id]
    call_refund(refund=payment.refunds.earliest("pk"), outcome="confirmed", note="明天来取", by=clerk, at=at)


def _collect(station: Station, partner: Any, *, at: dt.datetime) -> None:
    """By link: one that waits, one paid, one that nobody paid in time; and money on its way back online."""
    waiting, done, expired, back, lost = (
        _collection(station, partner, amount, at=at) for amount in ("66.00", "48.00", "25.00", "120.00", "35.00")
    )
    link = {"status": "pending", "pay_url": f"https://pay.example/{waiting.pk}", "expires_at": _hours(at, 24)}
    gateway_says(waiting, {"our_ref": str(waiting.pk), **link}, at=at)
    for payment in (done, back, lost):
        gateway_says(payment, result_of(payment.pk, "collection", payment.total), at=at)
    gateway_says(expired, result_of(expired.pk, "collection", expired.total, code="expired"), at=at)
    for payment, code in ((back, None), (lost, "operator_rejected")):
        refund = submit_refund(refund=_give_back(payment, "20.00", at=at), at=at)
        Job.objects.filter(dedupe_key__in=[f"submit:{refund.our_ref}", f"refund:{refund.pk}"]).delete()
        if code:
            gateway_says(payment, result_of(refund.our_ref, "refund", refund.amount, code=code), at=at)


def _collection(station: Station, partner: Any, amount: str, *, at: dt.datetime) -> Payment:
    payment = collect_online(
        charge=Charge("goods", f"demo-{amount}", station, parse(amount, CURRENCY), zero(CURRENCY)),
        expires_at=at + DAY,
        by=partner,
        at=at,
        key=uuid7().hex,
    )
    Job.objects.filter(dedupe_key=f"submit:{payment.pk}").delete()
    Instruction.objects.filter(pk=payment.pk).update(state=Instruction.State.SENT, sent_at=at, attempts=1)
    return payment


def result_of(our_ref: Any, kind: str, amount: Money, *, code: str | None = None) -> dict[str, Any]:
    """What the gateway says of a collection or a refund: done, or with a code failed."""
    return {
        "our_ref": str(our_ref),
        "kind": kind,
        "status": "failed" if code else "succeeded",
        "provider_ref": f"E{str(our_ref)[-8:]}",
        "amount": str(amount),
        "currency": amount.currency,
        "code": code,
    }


def gateway_says(payment: Payment, data: dict[str, Any], *, at: dt.datetime) -> None:
    """Store its word of this payment."""
    provider = Instruction.objects.select_related("provider").get(pk=payment.pk).provider
    record_result(provider=provider, our_ref=data["our_ref"], data=data, source="callback", at=at)


def _hours(at: dt.datetime, hours: int) -> str:
    return (at + hours * HOUR).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _complain(cast: Cast, station: Station, partner: Any, paid: list[Payment], *, at: dt.datetime) -> None:
    """From the last that was written down back to the first that was closed."""
    manager, clerk = cast.managers[station.county_id], cast.clerks[station.county_id]
    said = (
        ("overcharged", "收了191.40，小票是186.40", 50 * DAY),
        ("receipt", "小票没打出来", 20 * DAY),
        ("duplicate", "好像扣了两次", 10 * DAY),
        ("wrong_amount", "金额对不上", 2 * DAY),
        ("money_taken_not_served", "钱付了，电还没来", 2 * HOUR),
        ("other", "站里的人不肯打小票", 5 * HOUR),
        ("overcharged", "多收了五块", HOUR),
    )
    closed, right, again, asked, given, _overdue, _new = (
        log_complaint(payment=payment, kind=kind, text=text, by=partner, at=at - ago)
        for payment, (kind, text, ago) in zip(paid, said, strict=True)
    )
    for complaint, outcome, answer, ago in (
        (closed, "not_upheld", "小票和收的钱一样", 49 * DAY),
        (right, "upheld", "打印机坏了，小票已补打", 19 * DAY),
        (again, "not_upheld", "只扣了一次", 9 * DAY),
    ):
        assign_complaint(complaint=complaint, assignee=manager, by=manager, at=at - ago)
        resolve_complaint(complaint=complaint, outcome=outcome, answer=answer, by=manager, at=at - ago + HOUR)
    close_answered(at=at)
    escalate_overdue(at=at)
    reopen_complaint(complaint=again, note="银行短信是两条", by=partner, at=at - HOUR)
    for complaint in (asked, given):
        assign_complaint(complaint=complaint, assignee=clerk, by=manager, at=at - HOUR)
    ask_provider(complaint=asked, note="已发函给电力公司", by=clerk, at=at - HOUR)


def _offer_goodwill(cast: Cast, paid: list[Payment], *, at: dt.datetime) -> None:
    """One offer waits for a second person, one person gave alone, and one offer came to nothing."""
    officer, other = cast.officers[:2]
    waits, given, rejected = paid
    for payment, amount, reason in (
        (waits, "50.00", "停了三天电，村民来回跑了两趟"),
        (given, "15.00", "小票打错，让村民多跑一趟"),
        (rejected, "80.00", "等了一上午"),
    ):
        offer_goodwill(payment=payment, amount=parse(amount, CURRENCY), reason=reason, by=officer, at=at)
    reject_goodwill(payment=rejected, by=other, at=at)


def _dispute(station: Station, partner: Any, *, at: dt.datetime) -> None:
    """A line that took something from the partner's commission."""
    account = Account.objects.get(kind="commission", holder=partner.pk)
    took = Entry.objects.filter(account=account, side="debit", posted_delta__gt=0).earliest("version")
    dispute_entry(account=account, version=took.version, text="这笔佣金不该扣", station=station, by=partner, at=at)
