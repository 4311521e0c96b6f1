"""Statements are closed: the tax is posted, the rows are hashed, and nothing changes any more; then paid or carried."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from core.database.db import lock
from core.errors import WrongState, refuses
from core.events.services import publish_all
from core.history import record_change, record_changes
from core.money import Money
from finance import chart
from finance.settlement.machine import STATEMENT
from finance.settlement.models import DayClose, Statement
from finance.settlement.queries.findings import stopped_payees
from finance.settlement.queries.rows import hashes_of
from ledger.services import SYSTEM, Group, Leg, book_of, post_groups
from stations.places.models import Division

BATCH = 500

_CLOSE = """
UPDATE finance_statement AS statement
   SET status = 'closed', closed_at = %(at)s, updated_at = %(at)s, sha256 = made.sha256, tax_transfer_id = made.transfer
  FROM unnest(%(ids)s::uuid[], %(hashes)s::text[], %(transfers)s::uuid[]) AS made (id, sha256, transfer)
 WHERE statement.id = made.id AND statement.status = 'calculated'
"""


def close_statements(*, county: Division, at: dt.datetime) -> int:
    """Close every calculated statement of a county whose days are all closed; how many.

    A payee about whom the auditor has found something waits alone, until the finding is cleared.
    """
    closed = 0
    while count := close_batch(county=county, at=at):
        closed += count
    return closed


@transaction.atomic
def close_batch(*, county: Division, at: dt.datetime) -> int:
    """Close up to 500 of them; two workers never take the same."""
    statements = list(
        _closable(county)
        .select_related("account")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH]
    )
    if not statements:
        return 0
    transfers = _post_taxes(county, statements, at)
    hashes = hashes_of([statement.pk for statement in statements])
    with connection.cursor() as cursor:
        cursor.execute(
            _CLOSE,
            {
                "at": at,
                "ids": [str(statement.pk) for statement in statements],
                "hashes": [hashes[statement.pk] for statement in statements],
                "transfers": [transfers.get(statement.pk) for statement in statements],
            },
        )
    record_changes(statements, old=Statement.Status.CALCULATED, new=Statement.Status.CLOSED, at=at)
    _carry_what_is_not_paid(statements, at)
    publish_all("finance.statement_closed", [_event_payload(statement) for statement in statements], at=at)
    return len(statements)


@refuses(WrongState)
@transaction.atomic
def pay_statement(*, statement: Statement, at: dt.datetime) -> Statement:
    """The payout of a statement was confirmed."""
    return _end(statement, "pay_statement", Statement.Status.PAID, at, reason="")


@refuses(WrongState)
@transaction.atomic
def carry_statement(*, statement: Statement, reason: str, at: dt.datetime) -> Statement:
    """What was payable could not be paid, and goes into the opening of the payee's next statement."""
    return _end(statement, "carry_statement", Statement.Status.CARRIED, at, reason=reason)


def _end(statement: Statement, verb: str, status: str, at: dt.datetime, *, reason: str) -> Statement:
    statement = lock(statement)
    STATEMENT.check(verb, statement.status)
    before, statement.status = statement.status, status
    statement.save(update_fields=["status", "updated_at"])
    record_change(statement, old=before, new=status, at=at, reason=reason)
    return statement


def _closable(county: Division) -> Any:
    unfinished = DayClose.objects.filter(county=county, business_date__lte=OuterRef("period_to")).unclosed()
    calculated = Statement.objects.filter(county=county, status__in=STATEMENT.arrows["close_statement"])
    ready = calculated.filter(~Exists(unfinished)).exclude(account__code__in=stopped_payees(county.country))
    return ready.order_by("account_id", "period_from")


def _post_taxes(county: Division, statements: list[Statement], at: dt.datetime) -> dict[Any, str]:
    """Commission -> tax_payable, one group per statement, on the last day of its period or the first open one."""
    taxed = [statement for statement in statements if statement.tax_minor]
    if not taxed:
        return {}
    book = book_of(county.country)
    owed = {
        currency: chart.open_one(chart.platform("tax_payable"), country=county.country, currency=currency, at=at)
        for currency in sorted({statement.currency for statement in taxed})
    }
    legs = {
        statement.pk: Leg(
            statement.account, owed[statement.currency], Money(statement.tax_minor, statement.currency), "tax withheld"
        )
        for statement in taxed
    }
    post_groups(
        groups=[
            Group(
                [legs[statement.pk]],
                "statement_closed",
                str(statement.pk),
                max(statement.period_to, book.first_open_date),
                SYSTEM,
            )
            for statement in taxed
        ],
        at=at,
    )
    return {pk: str(leg.id) for pk, leg in legs.items()}


def _carry_what_is_not_paid(statements: list[Statement], at: dt.datetime) -> None:
    """Nothing to pay, or less than nothing: the statement has ended as it is."""
    carried = [statement for statement in statements if not statement.payable_minor]
    Statement.objects.filter(pk__in=[statement.pk for statement in carried]).update(status=Statement.Status.CARRIED)
    record_changes(carried, old=Statement.Status.CLOSED, new=Statement.Status.CARRIED, at=at)


def _event_payload(statement: Statement) -> dict[str, Any]:
    return {
        "statement": str(statement.pk),
        "payee": statement.payee,
        "payable_minor": statement.payable_minor,
        "carried_minor": statement.carried_minor,
        "tax_minor": statement.tax_minor,
        "currency": statement.currency,
    }
