"""What the auditor finds, in words: each check of the books as a sentence for those who work on it."""

from django.utils.translation import gettext_lazy as _

FINDINGS = {
    "ledger.sides_balance": _("debits and credits of the books are not even"),
    "ledger.balances_replay": _("a balance is not the sum of its entries"),
    "ledger.entries_run": _("the entries of an account have a gap"),
    "ledger.keys_match": _("a posting and its key differ"),
    "ledger.two_sides": _("a posting lacks a side"),
    "ledger.refunds_counted": _("more was given back than was taken"),
    "ledger.holds_expire": _("money is set aside for longer than it may be"),
    "ledger.statements_chain": _("the chain of monthly statements is broken"),
    "ledger.guards_stand": _("a guard of the books is missing"),
    "ledger.months_stand": _("the tables of the coming months are missing"),
    "finance.holds_end_with_payments": _("money is set aside for a payment that has ended"),
    "finance.clearing_is_nought": _("money on its way to a company belongs to no payment"),
    "finance.clearing_is_what_they_owe": _("what a company owes differs from its payments"),
    "finance.payees_are_their_lines": _("what a payee has earned is not the sum of the lines"),
    "finance.customer_funds_are_explained": _("villagers' money at a station belongs to no payment"),
    "finance.tills_are_counted": _("a drawer does not hold what was counted at its close"),
    "finance.differences_are_explained": _("a cash difference in the books has no case"),
    "finance.cash_in_transit_is_on_its_way": _("cash is on its way in the books, but nobody carries it"),
    "finance.suspense_is_unexplained": _("the bank lines not explained differ from their account"),
    "finance.days_are_their_lines": _("a settled day is not the sum of its lines"),
    "finance.statements_follow": _("a statement does not follow the one before"),
    "finance.statements_are_hashed": _("a statement no longer fits its seal"),
    "finance.payout_batches_are_their_payouts": _("a batch is not the sum of its payouts"),
    "finance.payout_holds_end_with_payouts": _("money is set aside for a payout that has ended"),
    "finance.payout_clearing_is_nought": _("money is on its way to the bank without a payout"),
    "finance.payout_clearing_is_explained": _("money that came back from the bank belongs to nothing"),
    "finance.payout_cash_is_owed": _("cash is owed for a payout that is not there"),
    "finance.float_holds_end_with_transfers": _("float is set aside for a transfer that has ended"),
    "finance.float_cash_is_what_was_counted": _("cash for a float is not what was counted"),
    "stations.posts_in_conflict": _("somebody holds two posts that exclude each other"),
}


def findings(codes: str) -> str:
    """One or several codes, parted by commas, as sentences; a code that nobody has put into words as it is."""
    return "; ".join(str(FINDINGS.get(code, code)) for code in codes.split(", "))
