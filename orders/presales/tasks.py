"""Clocks of presales."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from orders.presales import services
from orders.presales.models import PresaleCycle
from orders.produce.models import HarvestNotice


@job("presales.close_presale", is_needed=True)
def close_presale(payload: dict[str, Any], at: dt.datetime) -> None:
    """The time for orders is over."""
    services.close_presale(presale=_presale(payload), at=at)


@job("presales.settle_presale", is_needed=True)
def settle_presale(payload: dict[str, Any], at: dt.datetime) -> None:
    """The money of the next orders follows what was allotted."""
    services.settle_presale(presale=_presale(payload), at=at)


@job("presales.tell_of_state")
def tell_of_state(payload: dict[str, Any], at: dt.datetime) -> None:
    """Everybody hears what became of their boxes."""
    services.tell_of_state(presale=_presale(payload), at=at)


@job("presales.tell_of_harvest")
def tell_of_harvest(payload: dict[str, Any], at: dt.datetime) -> None:
    """A harvest that a presale had promised is cancelled."""
    notice = HarvestNotice.objects.get(pk=payload["notice"])
    services.tell_of_harvest(presale=_presale(payload), notice=notice, at=at)


@job("presales.tell_of_recall")
def tell_of_recall(payload: dict[str, Any], at: dt.datetime) -> None:
    """The lot of a presale is called back."""
    services.tell_of_recall(presale=_presale(payload), at=at)


@job("presales.refund_recalled", is_needed=True)
def refund_recalled(payload: dict[str, Any], at: dt.datetime) -> None:
    """The money of the next boxes that were called back after their delivery goes back."""
    services.refund_recalled(presale=_presale(payload), at=at)


def _presale(payload: dict[str, Any]) -> PresaleCycle:
    return PresaleCycle.objects.get(pk=payload["presale"])
