"""The verbs of settlement: what is owed, what matures, days that close, statements."""

from finance.settlement.services.books import close_book_date, close_book_date_when_settled
from finance.settlement.services.closing import carry_statement, close_statements, pay_statement
from finance.settlement.services.days import (
    DayNotOver,
    begin_close,
    close_book_day,
    finish_close,
    open_days,
)
from finance.settlement.services.holding import hold_lines, release_lines
from finance.settlement.services.maturing import is_matured, mature_lines
from finance.settlement.services.payables import (
    AccountEarnsNothing,
    Accrual,
    AccruedOtherwise,
    NothingToAccrue,
    ReversalTooLarge,
    accrue_payable,
    accrue_payables,
    charge_payable,
    hold_payees,
    reversal_of,
    reverse_payable,
)
from finance.settlement.services.payees import enrol_payee, enrol_payees
from finance.settlement.services.platform import (
    give_part_back,
    keep_part,
    put_in,
    put_in_by_county,
    take_back_for_county,
    take_back_what_was_put_in,
    what_was_put_in,
)
from finance.settlement.services.settling import resume_held_days, settle, settle_day
from finance.settlement.services.statements import calculate_statements
