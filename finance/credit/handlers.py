"""Facts come as events: a second delivery changes nothing."""

import datetime as dt
from typing import Any

from core.days import day_in
from finance.credit.models import CreditFact
from finance.credit.services import record_fact
from stations.network.models import Station
from stations.people.models import Person

_K = CreditFact.Kind


def keep_bill(event: Any) -> None:
    """Whoever paid a bill paid it by its due date, or late; a bill without one says nothing."""
    due = event.payload.get("due_date")
    if due is None:
        return
    on_date = _date(event)
    kind = _K.BILL_PAID_ON_TIME if on_date <= dt.date.fromisoformat(due) else _K.BILL_PAID_LATE
    _keep(event, kind, on_date)


def keep_recharge(event: Any) -> None:
    """Whoever had a phone recharged."""
    _keep(event, _K.RECHARGE, _date(event))


def _keep(event: Any, kind: str, on_date: dt.date) -> None:
    person = Person.objects.living().filter(pk=event.payload.get("payer")).first()
    if person is not None:
        record_fact(person=person, kind=kind, value=1, on_date=on_date, event=event.pk)


def _date(event: Any) -> dt.date:
    station = Station.objects.get(pk=event.payload["station"])
    return day_in(station.zone, dt.datetime.fromisoformat(event.payload["at"]))
