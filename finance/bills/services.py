"""Bills: asked for, read back, paid."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.db import atomic_but_tries
from core.errors import QuoteChanged, Refused
from core.events.services import publish
from core.fields import uuid7
from core.gateways.models import Instruction, Provider
from core.gateways.results import Bill, Result, Status
from core.gateways.services import ensure_up, instruct
from core.money import Money
from finance import chart
from finance.bills.models import BillAccount, Biller, BillFetch, BillPayment
from finance.bills.parameters import checked, fingerprint, label
from finance.fees.services import FeeQuote, Sale, prepare_accrual, quote_fees
from finance.payments.models import Payment, Refund
from finance.payments.services import CodeProof, Order, WitnessProof, start_payment
from finance.payments.services.refunds import prove_to_spend
from finance.payments.trades import Distribution, Trade
from ledger.services import Leg
from stations.network.queries import ServiceAnswer, service_open
from stations.people.masking import mask_name

SERVICE = "bill_payment"


class ServiceNotOpen(Refused):
    """The service is switched off, paused, or the station does not serve now."""

    code = "service_not_open"
    message = _("Bill payment is not open here now: %(reason)s")


class BillerNotServed(Refused):
    """The biller is not active, or does not serve this place."""

    code = "biller_not_served"
    status = 422
    message = _("%(biller)s cannot be paid at this station.")


class FetchExpired(Refused):
    """The bill was fetched too long ago; it may have changed."""

    code = "fetch_expired"
    message = _("This bill was fetched too long ago. Fetch it again.")


class NothingToPay(Refused):
    """The fetch found no bill."""

    code = "bill_not_found"
    message = _("There is no bill to pay: %(state)s.")


class FetchNeeded(Refused):
    """This biller's bills are always asked for first."""

    code = "fetch_needed"
    status = 422
    message = _("Ask %(biller)s for the bill first.")


class AmountNotAllowed(Refused):
    """The biller does not take this amount for this bill."""

    code = "amount_not_allowed"
    status = 422
    message = _("%(biller)s does not take this amount: %(rule)s.")


class BillInProgress(Refused):
    """Another payment of the same bill is not decided yet."""

    code = "bill_in_progress"
    message = _("This bill is being paid already. Wait for the outcome.")


class BillAlreadyPaid(Refused):
    """The bill was paid here or elsewhere in the network."""

    code = "bill_already_paid"
    message = _("This bill has already been paid.")


@transaction.atomic
def request_fetch(
    *, biller: Biller, parameters: Mapping[str, Any], station: Any, payer: Any, by: Any, at: dt.datetime
) -> BillFetch:
    """Ask a biller what a customer owes; a worker makes the call, `record_fetch` stores the answer.

    Refused: `parameters_invalid` (400, by parameter), `service_not_open`, `biller_not_served`, `provider_down`.
    """
    values = checked(biller.parameters.order_by("position"), parameters)
    _refuse_unless_served(biller, station, by=by, at=at)
    ensure_up(biller.provider, at)
    fetch = BillFetch.objects.create(
        our_ref=uuid7(),
        station=station,
        asked_by=by,
        asked_at=at,
        biller=biller,
        parameters=values,
        payer=payer,
        household=payer.household if payer else None,
        currency=biller.currency,
    )
    instruct(
        provider=biller.provider,
        kind=Instruction.Kind.FETCH,
        path="/v1/bills/fetch",
        request={"biller_code": biller.code, "parameters": values},
        our_ref=fetch.our_ref,
        at=at,
    )
    return fetch


@transaction.atomic
def record_fetch(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Store what the biller answered; a question without an answer has failed, since nothing was bought."""
    fetch = BillFetch.objects.select_for_update(no_key=True).get(pk=instruction.our_ref)
    if fetch.status != BillFetch.Status.REQUESTED or result.status == Status.PENDING:
        return
    if result.status == Status.FOUND:
        _fill(fetch, result.bill)
    elif result.status in {Status.NO_DUES, Status.NOT_FOUND}:
        fetch.status = str(result.status)
    else:
        fetch.status, fetch.failure_code = BillFetch.Status.FAILED, (result.code or "no_answer")[:40]
    fetch.save()


def quote_bill(
    *,
    biller: Biller,
    amount: Money,
    station: Any,
    by: Any,
    at: dt.datetime,
    fetch: BillFetch | None = None,
    parameters: Mapping[str, str] | None = None,
) -> FeeQuote:
    """What the villager would pay, and what the one who acts would earn.

    With the bill that was fetched, or the parameters, also what earlier payments of the same bill leave to earn.
    Refused: `amount_not_allowed`.
    """
    _allowed_amount(biller, fetch, amount)
    sale = _sale(biller, amount, station=station, by=by, at=at)
    bill_ref, values = (fetch.bill_ref, fetch.parameters) if fetch else ("", parameters)
    return quote_fees(sale=replace(sale, target=_target(biller, bill_ref, values) if values else ""), at=at)


@atomic_but_tries
def pay_bill(
    *,
    biller: Biller,
    fetch: BillFetch | None,
    parameters: Mapping[str, Any],
    amount: Money | None,
    station: Any,
    payer: Any,
    payer_phone: str,
    by: Any,
    at: dt.datetime,
    key: str,
    expected: FeeQuote | None = None,
    cash_given: Money | None = None,
    refund: Refund | None = None,
    proof: CodeProof | WitnessProof | None = None,
) -> Payment:
    """Pay one bill; `expected` is the quote that was shown, `amount` None pays exactly what was found.

    Refused: `fetch_expired`, `bill_not_found`, `fetch_needed`, `amount_not_allowed`, `bill_in_progress`,
    `bill_already_paid`, `quote_changed`, `service_not_open`, `biller_not_served`, and those of `start_payment`; with a
    `refund` also those of its proof, where a wrong code uses up a try.
    """
    answer = _refuse_unless_served(biller, station, by=by, at=at)
    values = _values(biller, fetch, parameters, at=at)
    amount = _allowed_amount(biller, fetch, amount)
    bill_ref = fetch.bill_ref if fetch else ""
    # Before the quote: a bill that is paid earns nothing more, and "your part has changed" would be half the truth.
    _refuse_second_payment(biller, bill_ref)
    quote = quote_bill(biller=biller, amount=amount, station=station, by=by, at=at, fetch=fetch, parameters=values)
    if expected is not None and expected != quote:
        raise QuoteChanged
    if refund is not None:
        refund = prove_to_spend(refund=refund, proof=proof, station=station, by=by, at=at)
    our_ref = uuid7()
    payment = start_payment(
        order=Order(
            purpose=Payment.Purpose.BILL,
            subject_ref=str(our_ref),
            station=station,
            amount=amount,
            agent_fee=quote.agent_fee,
            payer=payer,
            payer_phone=payer_phone,
            cash_given=cash_given,
            refund=refund,
            is_essential=answer.is_essential,
            slip_lines=_slip_lines(biller, fetch, values),
        ),
        provider=biller.provider,
        kind=Instruction.Kind.BILL,
        path="/v1/bills/pay",
        request=_request(biller, bill_ref, values, amount, station, payer_phone),
        by=by,
        at=at,
        key=key,
        our_ref=our_ref,
    )
    household = _household(fetch, payer)
    _store_bill(payment, biller, fetch, values, household)
    if household:
        _remember(biller, values, household)
    return payment


def shown_parameters(fetch: BillFetch) -> list[dict[str, str]]:
    """What was asked for, with its labels in the reader's language."""
    return [
        {"label": label(row), "value": fetch.parameters[row.name]}
        for row in fetch.biller.parameters.order_by("position")
        if row.name in fetch.parameters
    ]


def distribute_bill(*, payment: Payment, provider: Provider, result: Result, at: dt.datetime) -> Distribution:
    """A bill was paid: clearing -> biller; what the biller owes us for it -> commission; its receipt on the slip."""
    bill = payment.bill = BillPayment.objects.select_related("biller__provider").get(payment=payment)
    biller, country = bill.biller, payment.station.county.country
    clearing_key, biller_key = chart.clearing(provider), chart.biller(biller)
    revenue_key = chart.platform("revenue")
    opened = chart.open_all([clearing_key, biller_key, revenue_key], country=country, currency=payment.currency, at=at)
    clearing = opened[clearing_key]
    legs = [Leg(clearing, opened[biller_key], payment.amount, "owed to the biller")]
    sale = _sale_of(payment)
    accruals = [prepare_accrual(sale=sale, source=chart.fee_receivable(biller), country=country, at=at)]
    if payment.agent_fee:
        accruals.append(prepare_accrual(sale=_fee_sale(payment, sale), source=clearing_key, country=country, at=at))
        if not accruals[-1].lines:
            legs.append(Leg(clearing, opened[revenue_key], payment.agent_fee, "agent fee"))
    bill.biller_receipt_no = result.biller_receipt_no
    bill.save(update_fields=["biller_receipt_no", "updated_at"])
    lines = [{"name": "biller_receipt_no", "value": bill.biller_receipt_no}] if bill.biller_receipt_no else []
    return Distribution(legs=legs, accruals=accruals, slip_lines=lines)


def bill_ended(payment: Payment, at: dt.datetime) -> None:
    """Free the bill when its payment failed or was taken back; tell the house when it was paid."""
    bill = payment.bill
    if payment.status != Payment.Status.SUCCEEDED:
        bill.is_live = False
        bill.save(update_fields=["is_live", "updated_at"])
        return
    publish(
        "finance.bill_paid",
        at=at,
        payment=str(payment.pk),
        payer=str(payment.payer_id) if payment.payer_id else None,
        household=str(bill.household_id) if bill.household_id else None,
        due_date=bill.due_date.isoformat() if bill.due_date else None,
        station=payment.station_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )


def days_to_ask_back(payment: Payment) -> int:
    """How many days after the payment the biller can still be asked to take it back; 0 is the day itself."""
    return payment.bill.biller.reversal_days


TRADE = Trade(service=SERVICE, distribute=distribute_bill, ended=bill_ended, days_to_ask_back=days_to_ask_back)


def _refuse_unless_served(biller: Biller, station: Any, *, by: Any, at: dt.datetime) -> ServiceAnswer:
    answer = service_open(station, SERVICE, by, at)
    if not answer.is_open:
        raise ServiceNotOpen(reason=str(answer.reason))
    today = day_in(station.zone, at)
    in_time = biller.from_date <= today and (biller.to_date is None or today < biller.to_date)
    if not biller.is_active or not in_time or not _serves(biller, station):
        raise BillerNotServed(biller=biller.title)
    return answer


def _serves(biller: Biller, station: Any) -> bool:
    served = set(biller.divisions.values_list("pk", flat=True))
    here = {station.village_id, station.township_id, station.county_id, station.prefecture_id, station.province_id}
    return not served or bool(served & here)


def _fill(fetch: BillFetch, bill: Bill) -> None:
    fetch.status = BillFetch.Status.FOUND
    fetch.bill_ref, fetch.customer_name = bill.bill_ref, bill.customer_name
    fetch.period, fetch.due_date = bill.period, bill.due_date
    fetch.amount_minor = bill.amount.minor
    fetch.minimum_minor = bill.minimum_amount.minor if bill.minimum_amount else None
    fetch.expires_at = bill.expires_at


def _values(
    biller: Biller, fetch: BillFetch | None, parameters: Mapping[str, Any], *, at: dt.datetime
) -> dict[str, str]:
    if fetch is None:
        if biller.fetch == Biller.Fetch.MANDATORY:
            raise FetchNeeded(biller=biller.title)
        return checked(biller.parameters.order_by("position"), parameters)
    if fetch.status == BillFetch.Status.EXPIRED or (fetch.expires_at and at >= fetch.expires_at):
        raise FetchExpired
    if fetch.status != BillFetch.Status.FOUND:
        raise NothingToPay(state=fetch.get_status_display())
    return fetch.parameters


def _allowed_amount(biller: Biller, fetch: BillFetch | None, amount: Money | None) -> Money:
    due = fetch.amount if fetch else None
    if amount is None:
        if due is None:
            raise AmountNotAllowed(field="amount", biller=biller.title, rule=biller.get_amount_rule_display())
        amount = due
    rule = biller.amount_rule
    fits = (
        amount.currency == biller.currency
        and biller.min_amount_minor <= amount.minor <= biller.max_amount_minor
        and (
            due is None
            or rule == Biller.AmountRule.ANY
            or amount == due
            or (rule == Biller.AmountRule.EXACT_OR_ABOVE and due < amount)
            or (rule == Biller.AmountRule.UP_TO and (fetch.minimum_minor or 1) <= amount.minor <= due.minor)
        )
    )
    if not fits:
        raise AmountNotAllowed(field="amount", biller=biller.title, rule=biller.get_amount_rule_display())
    return amount


def _allows_parts(biller: Biller) -> bool:
    return biller.amount_rule in {Biller.AmountRule.UP_TO, Biller.AmountRule.ANY}


def _refuse_second_payment(biller: Biller, bill_ref: str) -> None:
    if not bill_ref or _allows_parts(biller):
        return
    other = BillPayment.objects.filter(biller=biller, bill_ref=bill_ref, is_live=True).select_related("payment").first()
    if other is not None:
        raise BillInProgress if other.payment.is_undecided else BillAlreadyPaid


def _store_bill(
    payment: Payment, biller: Biller, fetch: BillFetch | None, values: dict[str, str], household: Any
) -> None:
    try:
        with transaction.atomic():
            BillPayment.objects.create(
                payment=payment,
                biller=biller,
                fetch=fetch,
                household=household,
                parameters=values,
                bill_ref=fetch.bill_ref if fetch else "",
                due_date=fetch.due_date if fetch else None,
                allows_parts=_allows_parts(biller),
            )
    except IntegrityError as error:
        if "bill_is_paid_by_one_live_payment" not in str(error):
            raise
        raise BillInProgress from error  # another counter was faster


def _household(fetch: BillFetch | None, payer: Any) -> Any:
    if fetch and fetch.household_id:
        return fetch.household
    return payer.household if payer else None


def _remember(biller: Biller, values: dict[str, str], household: Any) -> None:
    BillAccount.objects.get_or_create(
        biller=biller,
        parameters_hash=fingerprint(values),
        household=household,
        defaults={"parameters": values},
    )


def _sale(biller: Biller, amount: Money, *, station: Any, by: Any, at: dt.datetime) -> Sale:
    """A sale that has not happened yet, for a quote."""
    return Sale(
        event_type="payment",
        event_id="",
        service=SERVICE,
        base=amount,
        station=station,
        acted_by=by,
        taken_at=at,
        party=biller.code,
    )


def _sale_of(payment: Payment) -> Sale:
    bill = payment.bill
    sale = _sale(bill.biller, payment.amount, station=payment.station, by=payment.taken_by, at=payment.taken_at)
    return replace(sale, event_id=str(payment.pk), target=_target(bill.biller, bill.bill_ref, bill.parameters))


def _target(biller: Biller, bill_ref: str, parameters: Mapping[str, str]) -> str:
    """What splitting is measured against: the bill, or the customer where bills have no reference."""
    return f"{biller.code}:{bill_ref or fingerprint(parameters)}"[:120]


def _fee_sale(payment: Payment, sale: Sale) -> Sale:
    """The villager's fee has a rule of its own, and comes out of clearing."""
    return replace(
        sale, service=f"{SERVICE}.agent_fee", base=payment.agent_fee, target="", left=payment.agent_fee_minor
    )


def _slip_lines(biller: Biller, fetch: BillFetch | None, values: Mapping[str, str]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [{"name": "biller", "value": {"en": biller.name, "zh-hans": biller.name_zh}}]
    lines += [
        {"name": row.name, "label": {"en": row.label, "zh-hans": row.label_zh}, "value": values[row.name]}
        for row in biller.parameters.order_by("position")
        if row.name in values
    ]
    if fetch:
        lines.append({"name": "customer_name", "value": mask_name(fetch.customer_name)})
        if fetch.period:
            lines.append({"name": "period", "value": fetch.period})
    return lines


def _request(
    biller: Biller, bill_ref: str, values: Mapping[str, str], amount: Money, station: Any, payer_phone: str
) -> dict[str, Any]:
    return {
        "biller_code": biller.code,
        "bill_ref": bill_ref or None,
        "parameters": dict(values),
        "amount": str(amount),
        "currency": amount.currency,
        "agent": {
            "station_code": station.code,
            "postal_code": station.village.code[:6],
            "latitude": str(station.latitude) if station.latitude is not None else "",
            "longitude": str(station.longitude) if station.longitude is not None else "",
            "terminal_id": station.code,
        },
        "customer_phone": payer_phone or None,
    }
