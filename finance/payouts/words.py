"""How payouts are told: the bank's reasons in words, and the colours of states."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine

REASONS = {
    "account_invalid": _("there is no such account"),
    "account_closed": _("the account is closed"),
    "account_blocked": _("the account is blocked"),
    "name_mismatch": _("the name is not that of the account"),
    "amount_invalid": _("the bank refused the amount"),
    "limit": _("above a limit of the bank"),
    "not_fetched": _("not fetched in 90 days"),
    "account_changed": _("the account was changed"),
    "finding_open": _("the auditor has a finding"),
    "batch_cancelled": _("the batch was called off"),
    "control_total_mismatch": _("the bank refused the file"),
    "no_code": _("the bank gave no reason"),
}
LINE_KINDS = {
    PayoutLine.Status.PAID: "ok",
    PayoutLine.Status.REISSUED: "info",
    PayoutLine.Status.FAILED: "bad",
    PayoutLine.Status.RETURNED: "bad",
    PayoutLine.Status.LEFT_OUT: "info",
}
BATCH_KINDS = {
    PayoutBatch.Status.SETTLED: "ok",
    PayoutBatch.Status.PARTIALLY_SETTLED: "bad",
    PayoutBatch.Status.CANCELLED: "info",
    PayoutBatch.Status.SUBMITTED: "info",
    PayoutBatch.Status.EXPORTED: "info",
}
ACCOUNT_KINDS = {
    PayoutAccount.Status.ACTIVE: "ok",
    PayoutAccount.Status.RESTRICTED: "bad",
    PayoutAccount.Status.REJECTED: "bad",
}


def reason(code: str) -> str:
    """Why a payout did not stay paid, in the reader's language; a code that we do not know as it came."""
    return str(REASONS.get(code, code))


def home(account: PayoutAccount | None) -> str:
    """Where a payout goes, on one line."""
    if account is None:
        return ""
    if account.kind == PayoutAccount.Kind.BANK:
        return f"{account.bank_code} …{account.account_tail}"
    return f"{account.get_kind_display()} · {account.station.name}"


def kind_of(row: Any) -> str:
    """The colour of the status word of a payout, a batch or an account."""
    kinds = {PayoutLine: LINE_KINDS, PayoutBatch: BATCH_KINDS, PayoutAccount: ACCOUNT_KINDS}[type(row)]
    return kinds.get(row.status, "wait")
