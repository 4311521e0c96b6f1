"""The kinds of accounts: the only list. The kind is the prefix of an account's code.

A debit-normal kind grows by debits (cash we hold, what others owe us), a credit-normal one by credits (what we owe).
`limit` forbids more outflow than came in; a queued kind can have none, because its balance is only known after a
roll-up. A payee's account never closes (the database has the same list, migration 0003).
"""

from dataclasses import dataclass

from ledger.models import Account

DEBIT, CREDIT = Account.Side.DEBIT, Account.Side.CREDIT
NO_LIMIT = Account.Limit.NONE
DWC = Account.Limit.DEBITS_WITHIN_CREDITS
CWD = Account.Limit.CREDITS_WITHIN_DEBITS
LIVE, QUEUED = Account.Mode.LIVE, Account.Mode.QUEUED


@dataclass(frozen=True, slots=True)
class Kind:
    """What every account of one kind has in common."""

    side: Account.Side
    limit: Account.Limit
    mode: Account.Mode
    is_payee: bool = False
    #: Campaigns that are paid for afterwards open a subsidy account without a limit.
    other_limit: Account.Limit | None = None


KINDS: dict[str, Kind] = {
    # a station's money
    "till": Kind(DEBIT, CWD, LIVE),
    "cash_in_transit": Kind(DEBIT, CWD, LIVE),
    "float": Kind(CREDIT, DWC, LIVE),
    "customer_funds": Kind(CREDIT, DWC, LIVE),
    # what we owe to those who work with us
    "commission": Kind(CREDIT, NO_LIMIT, LIVE, is_payee=True),
    "supplier": Kind(CREDIT, NO_LIMIT, LIVE, is_payee=True),
    "farmer": Kind(CREDIT, NO_LIMIT, LIVE, is_payee=True),
    "carrier": Kind(CREDIT, NO_LIMIT, LIVE, is_payee=True),
    "over_short": Kind(DEBIT, NO_LIMIT, LIVE),
    "reserve": Kind(CREDIT, DWC, LIVE),
    "subsidy": Kind(CREDIT, DWC, LIVE, other_limit=NO_LIMIT),
    # hot platform accounts
    "clearing": Kind(CREDIT, NO_LIMIT, QUEUED),
    "biller": Kind(CREDIT, NO_LIMIT, QUEUED),
    "operator": Kind(CREDIT, NO_LIMIT, QUEUED),
    "fee_receivable": Kind(DEBIT, NO_LIMIT, QUEUED),
    "suspense": Kind(CREDIT, NO_LIMIT, QUEUED),
    "bank": Kind(DEBIT, NO_LIMIT, QUEUED),
    "payout_clearing": Kind(CREDIT, NO_LIMIT, QUEUED),
    "revenue": Kind(CREDIT, NO_LIMIT, QUEUED),
    "tax_payable": Kind(CREDIT, NO_LIMIT, QUEUED),
    "unclaimed": Kind(CREDIT, NO_LIMIT, QUEUED),
    "expense": Kind(DEBIT, NO_LIMIT, QUEUED),
    # a lender's loan book
    "loan_principal": Kind(DEBIT, NO_LIMIT, QUEUED),
    "loan_interest": Kind(DEBIT, NO_LIMIT, QUEUED),
    "loan_penalty": Kind(DEBIT, NO_LIMIT, QUEUED),
    "loan_fee": Kind(DEBIT, NO_LIMIT, QUEUED),
    "collections_due": Kind(DEBIT, NO_LIMIT, QUEUED),
    "loan_loss": Kind(DEBIT, NO_LIMIT, QUEUED),
    "interest_income": Kind(CREDIT, NO_LIMIT, QUEUED),
    "interest_suspended": Kind(CREDIT, NO_LIMIT, QUEUED),
    "penalty_income": Kind(CREDIT, NO_LIMIT, QUEUED),
    "fee_income": Kind(CREDIT, NO_LIMIT, QUEUED),
    "recovery_income": Kind(CREDIT, NO_LIMIT, QUEUED),
    "loan_advance": Kind(CREDIT, NO_LIMIT, QUEUED),
    "loan_unallocated": Kind(CREDIT, NO_LIMIT, QUEUED),
    "loan_allowance": Kind(CREDIT, NO_LIMIT, QUEUED),
    # the insurance book
    "fund": Kind(CREDIT, DWC, LIVE),
    "claims_float": Kind(CREDIT, DWC, LIVE),
    "premium_payable": Kind(CREDIT, NO_LIMIT, QUEUED),
}

PAYEE_KINDS = frozenset(name for name, kind in KINDS.items() if kind.is_payee)
