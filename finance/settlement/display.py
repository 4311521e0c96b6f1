"""What the auditor finds, in words: each check of the books as a sentence for those who work on it."""

from django.utils.translation import gettext_lazy as _

FINDINGS = {
    "ledger.sides_balance": _("debits and credits of the books are not equal"),
    "ledger.balances_replay": _("a balance is not the sum of its entries"),
    "ledger.entries_run": _("the entries of an account have a gap"),
    "ledger.keys_match": _("a posting differs from its key"),
    "ledger.two_sides": _("a posting lacks a side"),
    "ledger.refunds_counted": _("more was refunded than was received"),
    "ledger.holds_expire": _("money is reserved for longer than allowed"),
    "ledger.statements_chain": _("the chain of monthly statements is broken"),
    "ledger.guards_stand": _("a safeguard of the books is missing"),
    "ledger.months_stand": _("the tables of the coming months are missing"),
    "finance.holds_end_with_payments": _("money is still reserved for a payment that has ended"),
    "finance.clearing_is_nought": _("money in transit to a company matches no payment"),
    "finance.clearing_is_what_they_owe": _("what a company owes differs from its payments"),
    "finance.payees_are_their_lines": _("a payee's earnings differ from the sum of the lines"),
    "finance.customer_funds_are_explained": _("villagers' money at a station matches no payment"),
    "finance.tills_are_counted": _("a drawer differs from the count at its close"),
    "finance.differences_are_explained": _("a cash difference in the books has no case"),
    "finance.cash_in_transit_is_on_its_way": _("the books show cash in transit, but no one carries it"),
    "finance.suspense_is_unexplained": _("the unexplained bank lines differ from their account"),
    "finance.days_are_their_lines": _("a settled day is not the sum of its lines"),
    "finance.statements_follow": _("a statement does not follow the one before"),
    "finance.statements_are_hashed": _("a statement no longer fits its seal"),
    "finance.loan_books_are_their_loans": _("a lender's book differs from the sum of its loans"),
    "finance.lenders_are_owed_what_was_taken": _("a lender's book and ours differ on what is owed to the lender"),
    "finance.loan_payments_are_set": _("what was paid on an instalment differs from the receipts"),
    "finance.premiums_owed_are_premiums_funded": _("premiums owed to an insurer differ from what funds paid"),
    "finance.premium_lines_are_what_funds_paid": _("a statement of premiums differs from what funds paid"),
    "finance.insurance_holds_end_with_payments": _("money is still reserved for a payment of insurance that has ended"),
    "finance.coverage_counters_are_their_entries": _("what is used of a ceiling differs from its claims and payouts"),
    "finance.payout_batches_are_their_payouts": _("a batch is not the sum of its payouts"),
    "finance.payout_holds_end_with_payouts": _("money is still reserved for a payout that has ended"),
    "finance.payout_clearing_is_nought": _("money is on its way to the bank without a payout"),
    "finance.payout_clearing_is_explained": _("money returned by the bank matches nothing"),
    "finance.payout_cash_is_owed": _("cash is owed for a payout that does not exist"),
    "finance.float_holds_end_with_transfers": _("float is still reserved for a transfer that has ended"),
    "finance.float_cash_is_what_was_counted": _("cash for a float differs from the count"),
    "stations.posts_in_conflict": _("someone holds two incompatible posts"),
}


def findings(codes: str) -> str:
    """One or several codes, parted by commas, as sentences; a code that nobody has put into words as it is."""
    return "; ".join(str(FINDINGS.get(code, code)) for code in codes.split(", "))
