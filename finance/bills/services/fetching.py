"""What a customer owes: asked for, and what the company answered."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from core.database.compiled_queries import compiled_query
from core.database.db import atomic_step, insert, present
from core.errors import refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.results import Bill, Result, Status
from core.gateways.services import ensure_up, instruct
from finance.bills.models import Biller, BillFetch
from finance.bills.parameters import ParametersInvalid, checked, label, parameters_of
from finance.bills.services.serving import refuse_unless_served
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person


@refuses(ParametersInvalid, *refused_by(refuse_unless_served, ensure_up))
@atomic_step
def request_fetch(
    *, biller: Biller, parameters: Mapping[str, Any], station: Station, payer: Person | None, by: User, at: dt.datetime
) -> BillFetch:
    """Ask a biller what a customer owes; a worker makes the call, `record_fetch` stores the answer.

    Refused: `parameters_invalid` (400, by parameter), `service_not_open`, `biller_not_served`, `provider_down`.
    """
    values = checked(parameters_of(biller), parameters)
    refuse_unless_served(biller, station, by=by, at=at)
    ensure_up(biller.provider, at)
    fetch = insert(
        BillFetch(
            our_ref=uuid7(),
            station=station,
            asked_by=by,
            asked_at=at,
            biller=biller,
            parameters=values,
            payer=payer,
            household=payer.household if payer else None,
            currency=biller.currency,
        )
    )
    instruct(
        provider=biller.provider,
        kind=Instruction.Kind.FETCH,
        path="/v1/bills/fetch",
        request={"biller_code": biller.code, "parameters": values},
        our_ref=fetch.our_ref,
        at=at,
    )
    return fetch


@transaction.atomic(savepoint=False)  # nobody goes on after its failure
def record_fetch(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Store what the biller answered; a question without an answer has failed, since nothing was bought."""
    fetch = _held.get(instruction.our_ref)
    if fetch.status != BillFetch.Status.REQUESTED or result.status == Status.PENDING:
        return
    if result.status == Status.FOUND:
        _fill(fetch, present(result.bill))
    elif result.status in {Status.NO_DUES, Status.NOT_FOUND}:
        fetch.status = str(result.status)
    else:
        fetch.status, fetch.failure_code = BillFetch.Status.FAILED, (result.code or "no_answer")[:40]
    fetch.save()


@compiled_query
def _held(our_ref: Any) -> QuerySet[BillFetch]:
    return BillFetch.objects.select_for_update(no_key=True).filter(pk=our_ref)


def shown_parameters(fetch: BillFetch) -> list[dict[str, str]]:
    """What was asked for, with its labels in the reader's language."""
    return [
        {"label": label(row), "value": fetch.parameters[row.name]}
        for row in parameters_of(fetch.biller)
        if row.name in fetch.parameters
    ]


def _fill(fetch: BillFetch, bill: Bill) -> None:
    fetch.status = BillFetch.Status.FOUND
    fetch.bill_ref, fetch.customer_name = bill.bill_ref, bill.customer_name
    fetch.period, fetch.due_date = bill.period, bill.due_date
    fetch.amount_minor = bill.amount.minor
    fetch.minimum_minor = bill.minimum_amount.minor if bill.minimum_amount else None
    fetch.expires_at = bill.expires_at
