"""What somebody who decides about a difference has before them: the whole day of the drawer, nothing left out."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from core.days import day_in, instant_of
from core.gateways.models import Instruction, Provider
from finance import chart
from finance.payments.models import Payment
from finance.tills.models import CashCount, KnownError, OverShort, TillCustody
from finance.tills.queries.devices import devices_unsent, devices_waiting
from ledger.models import Account
from ledger.queries import EntryLine, entries
from stations.accounts.models import Device
from stations.network.models import Station

#: More movements than a drawer has in a day.
MOST_ENTRIES = 500
UNANSWERED = frozenset({Instruction.State.COMMITTED, Instruction.State.SENT, Instruction.State.UNKNOWN})


@dataclass(slots=True)
class ProviderState:
    """How one company answered a station on one day."""

    provider: Provider
    calls: int = 0
    unanswered: int = 0
    slowest: dt.timedelta = field(default_factory=dt.timedelta)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The day of a difference: movements of the till, counts, who held it, devices, providers, our own faults."""

    entries: list[EntryLine]
    counts: list[CashCount]
    custodies: list[TillCustody]
    undecided: list[Any]
    providers: list[ProviderState]
    devices_waiting: list[Device]
    devices_unsent: list[Device]
    known_errors: list[KnownError]


def sheet_of(over_short: OverShort, *, undecided: list[Any]) -> Sheet:
    """Everything of the day on which a difference was found; `undecided` are payments whose end nobody knows."""
    station, day = over_short.station, over_short.cash_day
    date = day.business_date if day else day_in(station.zone, over_short.found_at)
    start = day.opened_at if day else instant_of(station.zone, date, dt.time())
    end = over_short.found_at
    return Sheet(
        entries=till_entries(over_short),
        counts=list(day.counts.select_related("counted_by").prefetch_related("lines")) if day else [],
        custodies=list(day.custodies.select_related("holder").order_by("from_at")) if day else [],
        undecided=undecided,
        providers=providers_of_day(station, start, end),
        devices_waiting=devices_waiting(station, since=over_short.found_at),
        devices_unsent=devices_unsent(station),
        known_errors=list(KnownError.objects.during(start, end + dt.timedelta(seconds=1)).order_by("from_at")),
    )


def till_entries(over_short: OverShort) -> list[EntryLine]:
    """What moved the drawer on the day of a difference, from the count that opened it to the one that closed it."""
    day = over_short.cash_day
    account = Account.objects.filter(
        code=chart.till(over_short.station).code, currency=over_short.currency, closed_at=None
    ).first()
    opening = day.counts.filter(is_opening=True).first() if day else None
    if account is None or day is None or opening is None:
        return []
    before = day.settled_version + 1 if day.settled_version is not None else None
    found = entries(account, before_version=before, limit=MOST_ENTRIES)
    return [line for line in reversed(found) if line.version > opening.till_version]


def providers_of_day(station: Station, start: dt.datetime, end: dt.datetime) -> list[ProviderState]:
    """How the companies answered what this station asked of them between two instants; the silent ones first."""
    payments = Payment.objects.filter(station=station, taken_at__gte=start, taken_at__lte=end)
    states: dict[int, ProviderState] = {}
    for call in Instruction.objects.filter(our_ref__in=payments.values("our_ref")).select_related("provider"):
        state = states.setdefault(call.provider_id, ProviderState(call.provider))
        state.calls += 1
        state.unanswered += call.state in UNANSWERED
        if call.sent_at and call.answered_at:
            state.slowest = max(state.slowest, call.answered_at - call.sent_at)
    return sorted(states.values(), key=lambda state: (-state.unanswered, state.provider.code))
