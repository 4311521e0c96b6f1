"""A bill read back, quoted, paid."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import atomic_but_tries, insert
from core.errors import QuoteChanged, Refused, refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction
from core.money import Money
from finance.bills.models import BillAccount, Biller, BillFetch, BillPayment
from finance.bills.parameters import ParametersInvalid, checked, fingerprint, parameters_of
from finance.bills.services.sales import sale_to_quote, target_of
from finance.bills.services.serving import BillerNotServed, ServiceNotOpen, refuse_unless_served
from finance.fees.services import FeeQuote, quote_fees
from finance.payments.models import Payment, Refund
from finance.payments.services import CodeProof, Order, WitnessProof, start_payment
from finance.payments.services.refunds import prove_to_spend
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.masking import mask_name
from stations.people.models import Person


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


@refuses(AmountNotAllowed)
def quote_bill(
    *,
    biller: Biller,
    amount: Money,
    station: Station,
    by: User,
    at: dt.datetime,
    fetch: BillFetch | None = None,
    parameters: Mapping[str, str] | None = None,
) -> FeeQuote:
    """What the villager would pay, and what the one who acts would earn.

    With the bill that was fetched, or the parameters, also what earlier payments of the same bill leave to earn.
    """
    _allowed_amount(biller, fetch, amount)
    sale = sale_to_quote(biller, amount, station=station, by=by, at=at)
    bill_ref, values = (fetch.bill_ref, fetch.parameters) if fetch else ("", parameters)
    return quote_fees(sale=replace(sale, target=target_of(biller, bill_ref, values) if values else ""), at=at)


@refuses(
    ServiceNotOpen,
    BillerNotServed,
    FetchNeeded,
    ParametersInvalid,
    FetchExpired,
    NothingToPay,
    AmountNotAllowed,
    QuoteChanged,
    BillInProgress,
    BillAlreadyPaid,
    *refused_by(prove_to_spend, start_payment),
)
@atomic_but_tries
def pay_bill(
    *,
    biller: Biller,
    fetch: BillFetch | None,
    parameters: Mapping[str, Any],
    amount: Money | None,
    station: Station,
    payer: Person | None,
    payer_phone: str,
    by: User,
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
    answer = refuse_unless_served(biller, station, by=by, at=at)
    values = _values(biller, fetch, parameters, at=at)
    amount = _allowed_amount(biller, fetch, amount)
    bill_ref = fetch.bill_ref if fetch else ""
    # Before the quote: a bill that is paid earns nothing more, and "your part has changed" would be half the truth.
    _refuse_second_payment(biller, bill_ref)
    quote = quote_bill(biller=biller, amount=amount, station=station, by=by, at=at, fetch=fetch, parameters=values)
    if expected is not None and expected != quote:
        raise QuoteChanged(**quote.figures)
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


def _values(
    biller: Biller, fetch: BillFetch | None, parameters: Mapping[str, Any], *, at: dt.datetime
) -> dict[str, str]:
    if fetch is None:
        if biller.fetch == Biller.Fetch.MANDATORY:
            raise FetchNeeded(biller=biller.title)
        return checked(parameters_of(biller), parameters)
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
            or (rule == Biller.AmountRule.UP_TO and ((fetch and fetch.minimum_minor) or 1) <= amount.minor <= due.minor)
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
    other = _live_payments.first(biller.pk, bill_ref)
    if other is not None:
        raise BillInProgress if other.payment.is_undecided else BillAlreadyPaid


@compiled_query
def _live_payments(biller: Any, bill_ref: Any) -> QuerySet[BillPayment]:
    return BillPayment.objects.filter(biller=biller, bill_ref=bill_ref, is_live=True).select_related("payment")


def _store_bill(
    payment: Payment, biller: Biller, fetch: BillFetch | None, values: dict[str, str], household: Any
) -> None:
    try:
        with transaction.atomic():
            insert(
                BillPayment(
                    payment=payment,
                    biller=biller,
                    fetch=fetch,
                    household=household,
                    parameters=values,
                    bill_ref=fetch.bill_ref if fetch else "",
                    due_date=fetch.due_date if fetch else None,
                    allows_parts=_allows_parts(biller),
                )
            )
    except IntegrityError as error:
        if "bill_is_paid_by_one_live_payment" not in str(error):
            raise
        raise BillInProgress from error  # another counter was faster


def _household(fetch: BillFetch | None, payer: Person | None) -> Any:
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


def _slip_lines(biller: Biller, fetch: BillFetch | None, values: Mapping[str, str]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [{"name": "biller", "value": {"en": biller.name, "zh-hans": biller.name_zh}}]
    lines += [
        {"name": row.name, "label": {"en": row.label, "zh-hans": row.label_zh}, "value": values[row.name]}
        for row in parameters_of(biller)
        if row.name in values
    ]
    if fetch:
        lines.append({"name": "customer_name", "value": mask_name(fetch.customer_name)})
        if fetch.period:
            lines.append({"name": "period", "value": fetch.period})
    return lines


def _request(
    biller: Biller, bill_ref: str, values: Mapping[str, str], amount: Money, station: Station, payer_phone: str
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
