"""How payouts are told: the bank's reasons in words, and the colours of states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.language import formatting
from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine

#: Keeps "…4802" on one line.
JOINED = "\u2060"
REASONS = {
    "account_invalid": _("there is no such account"),
    "account_closed": _("the account is closed"),
    "account_blocked": _("the account is blocked"),
    "name_mismatch": _("the name does not match the account"),
    "amount_invalid": _("the bank refused the amount"),
    "limit": _("above a limit of the bank"),
    "bank_line": _("returned by the bank"),
    "not_fetched": _("not collected in 90 days"),
    "account_changed": _("the payout account changed"),
    "finding_open": _("there is an audit finding"),
    "batch_cancelled": _("the batch was cancelled"),
    "control_total_mismatch": _("the bank refused the file"),
    "no_code": _("the bank gave no reason"),
}
LINE_KINDS: dict[str, str] = {
    PayoutLine.Status.PAID: "ok",
    PayoutLine.Status.REISSUED: "info",
    PayoutLine.Status.FAILED: "bad",
    PayoutLine.Status.RETURNED: "bad",
    PayoutLine.Status.LEFT_OUT: "info",
}
BATCH_KINDS: dict[str, str] = {
    PayoutBatch.Status.SETTLED: "ok",
    PayoutBatch.Status.PARTIALLY_SETTLED: "bad",
    PayoutBatch.Status.CANCELLED: "info",
    PayoutBatch.Status.SUBMITTED: "info",
    PayoutBatch.Status.EXPORTED: "info",
}
ACCOUNT_KINDS: dict[str, str] = {
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
        return f"{account.bank_code} …{JOINED}{account.account_tail}"
    return f"{account.get_kind_display()} · {present(account.station).name}"


@dataclass(frozen=True, slots=True)
class Row:
    """One payout on one line of a list."""

    line: PayoutLine
    title: str
    detail: str
    more: str
    kind: str
    words: str


def row_of(line: PayoutLine, names: Mapping[str, str]) -> Row:
    """With `names` the payee stands first; without, the reader is the payee and reads what it was for."""
    name, what = names.get(line.payee, ""), purpose(line)
    detail = " · ".join(filter(None, [what if name else "", home(line.payout_account)]))
    return Row(
        line=line,
        title=name or what,
        detail=detail,
        more=reason(line.return_code) if line.return_code else "",
        kind=kind_of(line),
        words=line.get_status_display(),
    )


def purpose(line: PayoutLine) -> str:
    """What is paid: the days of its statement, or a withdrawal."""
    if line.statement is None:
        return str(_("From the float"))
    return formatting.span(line.statement.period_from, line.statement.period_to)


KINDS: dict[type, dict[str, str]] = {
    PayoutLine: LINE_KINDS,
    PayoutBatch: BATCH_KINDS,
    PayoutAccount: ACCOUNT_KINDS,
}


def kind_of(row: Any) -> str:
    """The colour of the status word of a payout, a batch or an account."""
    return KINDS[type(row)].get(row.status, "wait")
