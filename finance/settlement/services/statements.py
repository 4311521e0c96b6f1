"""Statements: calculated when a period's last day is settled, up to 500 payees in one transaction."""

import datetime as dt
from collections import defaultdict

from django.db import connection, transaction

from core.days import instant_of
from core.fields import uuid7
from finance.complaints.queries import disputed_by_account
from finance.settlement.models import DayClose, Statement
from finance.settlement.queries.due import Due, Figures, Rules, due_for_statements, figures_of
from finance.settlement.queries.places import zone_of
from finance.settlement.taxes import withheld
from finance.tills.queries import charges_by_account, disputes_held_by_holder
from stations.places.models import Division

BATCH = 500
DAY = dt.timedelta(days=1)


def calculate_statements(*, close: DayClose, at: dt.datetime) -> int:
    """Make every statement that is due with this day of a county; how many were made.

    Cut off anywhere and done again it makes the rest: an account that has its statement is not due any more. What an
    earlier night could not make, because a day or a payee was held, is made up for, period by period.
    """
    made, rules, zone = 0, Rules(close.county.country), zone_of(close.county)
    while due := due_for_statements(close.county, upto=close, zone=zone, rules=rules):
        for batch in _batches(due):
            made += calculate_batch(close=close, due=batch, zone=zone, rules=rules, at=at)
    return made


@transaction.atomic
def calculate_batch(*, close: DayClose, due: list[Due], zone: str, rules: Rules, at: dt.datetime) -> int:
    """Make the statements of these accounts for one period; those that another worker has made are left out."""
    _in_turn(close.county)
    period_to = due[0].period_to
    to_at = _end_of(close.county, period_to, zone)
    starts = {each.account_id: each for each in due}
    found = figures_of(close.county, list(starts), period_to=period_to, to_at=to_at)
    fresh = [figures for figures in found if _is_unreported(figures, period_to)]
    accounts = [figures.account_id for figures in fresh]
    charges, entries = charges_by_account(accounts, upto=to_at), disputed_by_account(accounts, upto=to_at)
    holders = [figures.holder for figures in fresh if figures.holder is not None]
    disputes = disputes_held_by_holder(holders, upto=to_at) if holders else {}
    statements = [
        _statement(
            close.county,
            starts[figures.account_id],
            figures,
            rules,
            charges=charges.get(figures.account_id, 0) - figures.charges_told,
            disputed=_disputed(figures, disputes),
            given_back=entries.get(figures.account_id, 0),
            to_at=to_at,
            at=at,
        )
        for figures in fresh
    ]
    Statement.objects.bulk_create(statements)
    _bring_forward(statements, fresh)
    return len(statements)


def _batches(due: list[Due]) -> list[list[Due]]:
    """Accounts of one period each, at most 500, in the order of their ids."""
    periods = defaultdict(list)
    for each in due:
        periods[each.period_to].append(each)
    return [
        accounts[start : start + BATCH]
        for _end, accounts in sorted(periods.items())
        for start in range(0, len(accounts), BATCH)
    ]


def _is_unreported(figures: Figures, period_to: dt.date) -> bool:
    return figures.last_period_to is None or figures.last_period_to < period_to


def _statement(
    county: Division,
    due: Due,
    figures: Figures,
    rules: Rules,
    *,
    charges: int,
    disputed: int,
    given_back: int,
    to_at: dt.datetime,
    at: dt.datetime,
) -> Statement:
    """What an account is told. `disputed` was never taken from it; `given_back` was, and is paid all the same while the
    payee disputes it: until that is decided it stands below nothing in what is carried."""
    gross = figures.accrued + figures.reversed + figures.adjusted
    rule = rules.tax(figures.kind, figures.currency, due.period_to)
    tax = withheld(rule, before=figures.month_gross, now=gross, already=figures.month_tax)
    left = figures.opening + gross - tax - charges
    terms = rules.terms(figures.kind, figures.currency, due.period_to) or due.terms
    payable = left + given_back if left + given_back >= terms.minimum_minor else 0
    return Statement(
        id=uuid7(),
        account_id=figures.account_id,
        payee=figures.payee,
        payee_kind=figures.kind,
        county=county,
        currency=figures.currency,
        period=due.terms.period,
        period_from=due.period_from,
        period_to=due.period_to,
        from_at=figures.last_to_at,
        to_at=to_at,
        opening_minor=figures.opening,
        accrued_minor=figures.accrued,
        reversed_minor=figures.reversed,
        adjusted_minor=figures.adjusted,
        disputes_held_minor=disputed + given_back,
        tax_minor=tax,
        charges_minor=charges,
        payable_minor=payable,
        carried_minor=left - payable,
        tax_rule=rule if tax else None,
        previous_id=figures.last_id,
        previous_sha256=figures.last_sha256 or "",
        calculated_at=at,
    )


def _disputed(figures: Figures, disputes: dict[tuple, int]) -> int:
    """A dispute is about the drawer: it stands on the statement of the one who had it, on his commission."""
    return disputes.get((figures.holder, figures.currency), 0) if figures.kind in ("partner", "helper") else 0


def _bring_forward(statements: list[Statement], found: list[Figures]) -> None:
    """What was payable and could not be paid has gone into the opening of these."""
    into = {statement.account_id: statement for statement in statements}
    brought = {pk: into[figures.account_id] for figures in found for pk in figures.brought or ()}
    unpaid = Statement.objects.filter(pk__in=brought)
    for statement in unpaid:
        statement.carried_into = brought[statement.pk]
    Statement.objects.bulk_update(unpaid, ["carried_into"])


def _end_of(county: Division, date: dt.date, zone: str) -> dt.datetime:
    ends = DayClose.objects.filter(county=county, business_date=date).values_list("to_at", flat=True)
    return ends.first() or instant_of(zone, date + DAY, dt.time())


def _in_turn(county: Division) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [f"statements of {county.pk}"])
