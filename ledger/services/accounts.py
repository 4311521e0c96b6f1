"""Books and their accounts: opened when first needed, closed when nothing is left on them."""

import datetime as dt
import uuid
from typing import Any

import psycopg2
from django.db import DatabaseError, connection, models, transaction

from core.database.compiled_queries import compiled_query
from core.database.reference import stored
from ledger.kinds import KINDS
from ledger.models import Account, Book
from ledger.services.refusals import REFUSALS


@stored
def book_of(country: str) -> Book:
    """The book of a country (ISO 3166, two letters)."""
    return _book_of.get(country)


@compiled_query
def _book_of(country: Any) -> models.QuerySet[Book]:
    return Book.objects.filter(country=country, code=country)


@transaction.atomic
def open_account(
    *,
    book: Book,
    kind: str,
    key: str,
    currency: str,
    at: dt.datetime,
    holder: uuid.UUID | None = None,
    limit: str | None = None,
) -> Account:
    """The open account `<kind>:<key>` of a book, made if it is missing. Side, limit and mode come from its kind.

    `limit` chooses where the kind leaves a choice (subsidies paid afterwards have none).
    """
    rule = KINDS[kind]
    if limit not in (None, rule.limit, rule.other_limit):
        raise ValueError(f"an account of kind {kind} has the limit {rule.limit}, not {limit}")
    same = {"book": book, "code": f"{kind}:{key}", "currency": currency, "closed_at": None}
    account = Account.objects.filter(**same).first()
    if account is None:
        fresh = Account(
            **same,
            kind=kind,
            holder=holder,
            normal_side=rule.side,
            limit=limit or rule.limit,
            mode=rule.mode,
            opened_at=at,
        )
        Account.objects.bulk_create([fresh], ignore_conflicts=True)
        account = Account.objects.get(**same)
    if account.holder != holder:
        raise ValueError(f"{account.code} has another holder: close it first")
    return account


def close_account(*, account: Account, at: dt.datetime) -> None:
    """Close an account at balance 0; closing a closed one changes nothing.

    Raises `AccountNotEmpty`, `AccountNeverCloses`.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT ledger_close_account(%s, %s)", [account.pk, at])
    except DatabaseError as error:
        cause = error.__cause__
        if not isinstance(cause, psycopg2.Error) or cause.pgcode != "LEDGR":
            raise
        raise REFUSALS[str(cause.diag.message_primary)](account=account.code, kind=account.kind) from error


def roll_up(*, account: Account) -> int:
    """Give the waiting entries of a queued account their versions and balances; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_roll_up(%s)", [account.pk])
        return cursor.fetchone()[0]
