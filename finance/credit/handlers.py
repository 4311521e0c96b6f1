"""Facts come as events: a second delivery changes nothing."""

import datetime as dt

from core.days import day_in
from core.events.models import Event
from finance.credit.models import CreditFact
from finance.credit.services import record_fact
from stations.network.models import Station
from stations.people.models import Person

_K = CreditFact.Kind


def keep_bill(event: Event) -> None:
    """Whoever paid a bill paid it by its due date, or late; a bill without one says nothing."""
    due, person = event.payload.get("due_date"), _payer(event)
    if due is None or person is None:
        return
    on_date = _date(event)
    kind = _K.BILL_PAID_ON_TIME if on_date <= dt.date.fromisoformat(due) else _K.BILL_PAID_LATE
    record_fact(person=person, kind=kind, value=1, on_date=on_date, event=event.pk)


def keep_recharge(event: Event) -> None:
    """Whoever had a phone recharged."""
    if (person := _payer(event)) is not None:
        record_fact(person=person, kind=_K.RECHARGE, value=1, on_date=_date(event), event=event.pk)


def keep_purchase(event: Event) -> None:
    """Whoever kept goods and paid for them, once they cannot be returned any more."""
    if (person := _payer(event)) is not None:
        record_fact(
            person=person,
            kind=_K.SETTLED_PURCHASE,
            value=event.payload["amount_minor"],
            currency=event.payload["currency"],
            on_date=_date(event),
            event=event.pk,
        )


def _payer(event: Event) -> Person | None:
    """The registered resident who paid, if one is named and lives."""
    payer = event.payload.get("payer")
    return Person.objects.living().filter(pk=payer).first() if payer else None


def _date(event: Event) -> dt.date:
    station = Station.objects.get(pk=event.payload["station"])
    return day_in(station.zone, dt.datetime.fromisoformat(event.payload["at"]))
