"""Commission of a sale whose money lies ready on an account: posted and stored in one call."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from finance.chart import AccountKey
from finance.fees.models import CommissionLine
from finance.fees.services.accruing import Sale, prepare_accrual, store_accrual
from ledger.queries import business_date_of, transfers_of
from ledger.services import MadeBy, book_of, post_transfers

ACCRUED = "fees_accrued"


@transaction.atomic
def accrue_fees(*, sale: Sale, source: AccountKey, made_by: MadeBy, at: dt.datetime) -> list[CommissionLine]:
    """Pay everybody their part of a sale: `source` (customer_funds, clearing, subsidy …) -> commission, revenue.

    Once per event and service: said again it gives the lines that stand. The caller holds the row of the event. Where
    no rule fits there is no line, and finance gets a row. Refused: `not_enough`.
    """
    stands = list(_lines_of(sale))
    if stands:
        return stands
    country = sale.station.county.country
    accrual = prepare_accrual(sale=sale, source=source, country=country, at=at)
    if accrual.legs:
        post_transfers(
            legs=accrual.legs,
            event_type=ACCRUED,
            event_id=sale.event_id,
            business_date=business_date_of(book_of(country), at),
            made_by=made_by,
            at=at,
            first_leg_no=len(transfers_of(ACCRUED, sale.event_id)) + 1,
        )
    store_accrual(accrual, at=at)
    return accrual.lines


def _lines_of(sale: Sale) -> QuerySet[CommissionLine]:
    return CommissionLine.objects.filter(
        event_type=sale.event_type, event_id=sale.event_id, service=sale.service, reverses=None
    ).order_by("pk")
