"""The end of a statement, as payouts bring it about: what was paid, and what is carried over for want of an account."""

import datetime as dt
from typing import Any

from core.errors import refused_by, refuses
from finance.settlement.models import Statement
from finance.settlement.services import carry_statement, pay_statement

NO_ACCOUNT = "no_account"


@refuses(*refused_by(pay_statement))
def pay_out(*, statement: Statement, at: dt.datetime) -> None:
    """Mark a statement as paid, in the transaction that pays it; what is paid again is marked already."""
    if Statement.objects.get(pk=statement.pk).status == Statement.Status.CLOSED:
        pay_statement(statement=statement, at=at)


@refuses(*refused_by(carry_statement))
def carry_over(*, statements: Any, at: dt.datetime) -> None:
    """Carry these over: the next statement of each account brings the amount forward."""
    for statement in statements.order_by("pk"):
        carry_statement(statement=statement, reason=NO_ACCOUNT, at=at)
