"""Which payments made the cash of one person in one day."""

import datetime as dt

from core.days import day_in, instant_of
from finance.payments.models import Payment
from finance.tills.models import CashWatch
from stations.people.models import Person

#: A business date begins and ends with the zone of its station: at most so far from the day in UTC.
ZONES = dt.timedelta(hours=15)


def cash_payments_of(watch: CashWatch) -> list[Payment]:
    """The payments of that business date that the person brought cash for, at all stations, in their order."""
    since = instant_of("UTC", watch.business_date, dt.time())
    until = since + dt.timedelta(days=1)
    found = Payment.objects.filter(
        payer__in=Person.objects.of_people(watch.person_id),
        method=Payment.Method.CASH,
        currency=watch.currency,
        taken_at__gte=since - ZONES,
        taken_at__lt=until + ZONES,
    )
    payments = found.select_related("station__county").order_by("taken_at", "pk")
    return [payment for payment in payments if day_in(payment.station.zone, payment.taken_at) == watch.business_date]
