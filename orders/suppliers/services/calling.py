"""One call to a supplier's system about what it keeps, and what follows from its answer."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core.database.db import lock
from core.errors import refused_by, refuses
from core.gateways.client import Answer, NoAnswer, Outcome
from core.gateways.models import Provider
from core.gateways.results import Malformed, parse_object
from core.gateways.services import admit, body_of, note_health, note_trouble
from orders.suppliers.confirmations import read_confirmation
from orders.suppliers.models import SupplierOrder
from orders.suppliers.services.attempts import (
    GIVE_UP_AFTER,
    NO_SYSTEM,
    is_later,
    rest_while_open,
    seconds_to_next,
    unless_replayed,
    why,
)
from orders.suppliers.services.confirming import examine, take_confirmation

_S = SupplierOrder.Status
PATH = "/v1/supplier-orders"
MALFORMED = "malformed"
#: Seconds until what never arrived is sent again.
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Call:
    """One call that is about to be made; with `rest` the breaker is open, and it is not made for so many seconds."""

    order: UUID
    round: int
    provider: Provider
    method: str
    path: str
    body: bytes = b""
    rest: float | None = None


@transaction.atomic
def begin_call(*, order: UUID | str, round: int, at: dt.datetime) -> Call | None:
    """The call to make, or None: it is decided, or a later round has begun."""
    row = lock(SupplierOrder(pk=order))
    if row.status not in SupplierOrder.OPEN or row.round != round:
        return None
    provider = row.supplier.system
    if provider is None:
        examine(row, NO_SYSTEM)
        row.save()
        return None
    rest = None if admit(provider=provider, at=at) else rest_while_open(row.made_at, at=at)
    if row.status == _S.RELEASING:
        return Call(row.pk, round, provider, "POST", f"{PATH}/{row.pk}/release", rest=rest)
    if row.status == _S.WAITING:
        return Call(row.pk, round, provider, "POST", PATH, body_of(row.body), rest)
    return Call(row.pk, round, provider, "GET", f"{PATH}/{row.pk}", rest=rest)


@refuses(*refused_by(take_confirmation))
@transaction.atomic
def end_call(*, call: Call, outcome: Outcome, at: dt.datetime) -> float | None:
    """Store what became of the call; after how many seconds the next one follows, or None.

    Silence decides nothing: the order may stand there, and is enquired under our reference.
    """
    row = lock(SupplierOrder(pk=call.order))
    if row.status not in SupplierOrder.OPEN or row.round != call.round:
        return None
    outcome = unless_replayed(call.provider, outcome, at=at)
    row.attempts += 1
    if row.status == _S.RELEASING:
        _judge_release(row, outcome)
    else:
        _judge(row, call, outcome, at=at)
    seconds = _plan_next(row, call, outcome, at=at)
    row.save()
    if isinstance(outcome, Answer):  # last: the provider's row is shared by all its calls
        note_health(provider=call.provider)
    else:
        note_trouble(provider=call.provider, at=at)
    return seconds


def _judge(row: SupplierOrder, call: Call, outcome: Outcome, *, at: dt.datetime) -> None:
    if not isinstance(outcome, Answer) or outcome.status >= 500:
        if isinstance(outcome, Answer | NoAnswer) and row.status == _S.WAITING:
            row.status = _S.UNKNOWN
        row.last_error = why(outcome)
    elif outcome.status < 300:
        _take(row, outcome, at=at)
    elif _never_arrived(call, outcome):
        row.status, row.last_error = _S.WAITING, why(outcome)
    elif is_later(outcome):
        row.last_error = why(outcome)
    else:
        examine(row, why(outcome))


def _never_arrived(call: Call, answer: Answer) -> bool:
    """Whether they do not know what was enquired: it is sent again under its reference."""
    return answer.status == 404 and call.method == "GET"


def _take(row: SupplierOrder, answer: Answer, *, at: dt.datetime) -> None:
    try:
        said = read_confirmation(parse_object(answer.content), our_ref=row.pk)
    except Malformed:
        row.status, row.last_error = _S.UNKNOWN, MALFORMED
        return
    take_confirmation(row, said, at=at)


def _judge_release(row: SupplierOrder, outcome: Outcome) -> None:
    """A supplier that has never heard of the order has nothing to release."""
    if isinstance(outcome, Answer) and (outcome.status < 300 or outcome.status == 404):
        row.status, row.next_attempt_at, row.last_error = _S.RELEASED, None, ""
    elif isinstance(outcome, Answer) and outcome.status < 500 and not is_later(outcome):
        examine(row, why(outcome))
    else:
        row.last_error = why(outcome)


def _given_up_at(row: SupplierOrder) -> dt.datetime:
    """A supplier that has answered, and not decided, has the time that it was given."""
    given_up_at, confirm_by_at = row.round_began_at + GIVE_UP_AFTER, row.fulfilment.confirm_by_at
    return max(given_up_at, confirm_by_at) if row.status == _S.PENDING and confirm_by_at else given_up_at


def _plan_next(row: SupplierOrder, call: Call, outcome: Outcome, *, at: dt.datetime) -> float | None:
    if row.status not in SupplierOrder.OPEN or row.round != call.round:
        return None
    if at >= _given_up_at(row):
        examine(row, row.last_error or "undecided")
        return None
    never_arrived = isinstance(outcome, Answer) and _never_arrived(call, outcome)
    seconds = AT_ONCE if never_arrived else seconds_to_next(row.round_began_at, outcome, at=at)
    row.next_attempt_at = at + dt.timedelta(seconds=seconds)
    return seconds
