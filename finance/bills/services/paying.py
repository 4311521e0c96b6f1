"""A bill read back, quoted, paid."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import atomic_but_tries
from core.errors import Refused, refused_by, refuses
from core.money import Money
from finance.bills.models import Biller, BillFetch, BillPayment
from finance.bills.parameters import ParametersInvalid, checked, parameters_of
from finance.bills.services.sales import BillInProgress, BillSale, allows_parts
from finance.bills.services.serving import refuse_unless_served
from finance.fees.services import FeeQuote, quote_fees
from finance.payments.models import Payment
from finance.payments.services import Tender, sell
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Household


class FetchExpired(Refused):
    """The bill was fetched too long ago; it may have changed."""

    code = "fetch_expired"
    message = _("This bill is out of date. Look it up again.")


class NothingToPay(Refused):
    """The fetch found no bill."""

    code = "bill_not_found"
    message = _("There is no bill to pay: %(state)s.")


class FetchNeeded(Refused):
    """This biller's bills are always asked for first."""

    code = "fetch_needed"
    status = 422
    message = _("Look up the bill with %(biller)s first.")


class AmountNotAllowed(Refused):
    """The biller does not take this amount for this bill."""

    code = "amount_not_allowed"
    status = 422
    message = _("%(biller)s does not accept this amount: %(rule)s.")


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
    sale = BillSale(
        biller=biller,
        fetch=fetch,
        parameters=fetch.parameters if fetch else dict(parameters or {}),
        household=None,
        station=station,
        amount=_allowed_amount(biller, fetch, amount),
    )
    return quote_fees(sale=sale.for_fees(by=by, at=at), at=at)


@refuses(
    FetchNeeded,
    ParametersInvalid,
    FetchExpired,
    NothingToPay,
    AmountNotAllowed,
    BillInProgress,
    BillAlreadyPaid,
    *refused_by(refuse_unless_served, sell),
)
@atomic_but_tries
def pay_bill(
    *,
    biller: Biller,
    fetch: BillFetch | None,
    parameters: Mapping[str, Any],
    amount: Money | None,
    station: Station,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
) -> Payment:
    """Pay one bill; `amount` None pays exactly what was found.

    Refused: `fetch_expired`, `bill_not_found`, `fetch_needed`, `amount_not_allowed`, `bill_in_progress`,
    `bill_already_paid`, `service_not_open`, `biller_not_served`, and those of `sell`.
    """
    answer = refuse_unless_served(biller, station, by=by, at=at)
    values = _values(biller, fetch, parameters, at=at)
    amount = _allowed_amount(biller, fetch, amount)
    # Before the quote: a bill that is paid earns nothing more, and "your part has changed" would be half the truth.
    _refuse_second_payment(biller, fetch)
    sale = BillSale(
        biller=biller,
        fetch=fetch,
        parameters=values,
        household=_household(fetch, tender),
        station=station,
        amount=amount,
        is_essential=answer.is_essential,
    )
    return sell(sale=sale, tender=tender, by=by, at=at, key=key)


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


def _refuse_second_payment(biller: Biller, fetch: BillFetch | None) -> None:
    if fetch is None or allows_parts(biller):
        return
    other = _live_payments.first(biller.pk, fetch.bill_ref)
    if other is not None:
        raise BillInProgress if other.payment.is_undecided else BillAlreadyPaid


@compiled_query
def _live_payments(biller: Any, bill_ref: Any) -> QuerySet[BillPayment]:
    return BillPayment.objects.filter(biller=biller, bill_ref=bill_ref, is_live=True).select_related("payment")


def _household(fetch: BillFetch | None, tender: Tender) -> Household | None:
    if fetch and fetch.household_id:
        return fetch.household
    return tender.payer.household if tender.payer else None
