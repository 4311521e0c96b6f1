"""What stations hear of other apps: each event becomes a fact, once."""

import datetime as dt
from typing import Any

from stations.network.models import Station
from stations.scores import services
from stations.scores.models import EarlyWarning, StationFact

Kind = StationFact.Kind


def _keep(event: Any, kind: str, **values: Any) -> None:
    at = dt.datetime.fromisoformat(event.payload["at"])
    services.record_fact(event_id=event.pk, kind=kind, station=event.payload.get("station"), at=at, **values)


def keep_payment(event: Any) -> None:
    """A payment succeeded: a service with money was done."""
    _keep(event, Kind.MONEY_SERVICE, amount_minor=event.payload["amount_minor"], currency=event.payload["currency"])


def keep_float_out(event: Any) -> None:
    """Somebody was turned away for want of float."""
    _keep(event, Kind.FLOAT_OUT)


def keep_income(event: Any) -> None:
    """Partner or helper earned something."""
    _keep(event, Kind.INCOME, amount_minor=event.payload["amount_minor"], currency=event.payload["currency"])


def keep_complaint(event: Any) -> None:
    """A complaint about the station was right."""
    _keep(event, Kind.COMPLAINT)


def keep_parcel_offered(event: Any) -> None:
    """A parcel was brought for somebody of the village."""
    _keep(event, Kind.PARCEL_OFFERED)


def keep_parcel_refused(event: Any) -> None:
    """Somebody did not take a parcel; one that came damaged, wrong or late says nothing of the station."""
    if not event.payload["is_justified"]:
        _keep(event, Kind.PARCEL_REFUSED)


def keep_service(event: Any) -> None:
    """Something was done for somebody at the station, without money of its own."""
    _keep(event, Kind.SERVICE)


def warn_of_fraud(event: Any) -> None:
    """A false declaration was found at the station; a second delivery changes nothing."""
    station = Station.objects.filter(pk=event.payload.get("station")).first()
    stands = EarlyWarning.objects.standing().filter(station=station, kind=EarlyWarning.Kind.FRAUD).exists()
    if station is not None and not stands:
        at = dt.datetime.fromisoformat(event.payload["at"])
        services.open_warning(station=station, kind=EarlyWarning.Kind.FRAUD, figures={"event": event.pk}, at=at)


def close_warning(event: Any) -> None:
    """The visit that a warning opened was made."""
    warning = EarlyWarning.objects.filter(visit=event.payload["visit"]).first()
    if warning is not None:
        services.close_warning(warning=warning, at=dt.datetime.fromisoformat(event.payload["at"]))
