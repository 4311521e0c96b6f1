"""How insurance is shown: colours of states, reports of enrolments, what a version covers."""

from collections import Counter
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.language import formatting
from core.money import Money
from core.web.tables import Column, Table
from core.web.timeline import coded
from finance.insurance.models import (
    Benefit,
    EnrolmentBatch,
    IndexFile,
    IndexPayout,
    IndexWindow,
    InsuranceProductVersion,
    Policy,
    PremiumStatement,
)
from finance.insurance.models.claims import ClaimReason
from finance.insurance.services import ACCOUNT_CORRECTED, CONSENT_WITHDRAWN, FAULTS
from finance.payouts.display import REASONS

_P = Policy.Status
#: The colour of a policy's state.
POLICY_KINDS = {_P.ACTIVE: "ok", _P.IDLE: "wait", _P.READY: "wait", _P.SUSPENDED: "bad"}
#: The colour of states of statements, readings, windows and payouts of indexes.
STATEMENT_KINDS = {"drawn": "wait", "sent": "info", "paid": "ok"}
FILE_KINDS = {"loaded": "wait", "released": "ok", "discarded": "info"}
WINDOW_KINDS = {
    **{"proposed": "wait", "open": "info", "cancelling": "bad", "paying": "wait", "settled": "ok", "missing": "bad"},
    **{"closed": "info", "withdrawn": "info", "cancelled": "info"},
}
PAYOUT_KINDS = {
    **{"due": "wait", "account_missing": "bad", "heir_named": "wait", "no_heir": "wait", "sent": "info", "paid": "ok"},
    **{"returned": "info", "exhausted": "info"},
}
#: Reasons of the history of a claim.
REASON_WORDS = coded(
    {
        **dict(ClaimReason.choices),
        CONSENT_WITHDRAWN: gettext_lazy("the insured took the consent back"),
        ACCOUNT_CORRECTED: gettext_lazy("another account of the family was recorded"),
    },
    REASONS,
)
#: Lines of a report that are shown.
LINES = 200


def kind_of_policy(policy: Policy) -> str:
    """The colour of its state."""
    return POLICY_KINDS.get(_P(policy.status), "info")


def kind_of_batch(batch: EnrolmentBatch) -> str:
    """The colour of its state."""
    return "ok" if batch.status == EnrolmentBatch.Status.FUNDED else "wait"


def kind_of_statement(statement: PremiumStatement) -> str:
    """The colour of its state."""
    return STATEMENT_KINDS[statement.status]


def kind_of_file(file: IndexFile) -> str:
    """The colour of its state."""
    return FILE_KINDS[file.status]


def kind_of_window(window: IndexWindow) -> str:
    """The colour of its state."""
    return WINDOW_KINDS[window.status]


def kind_of_payout(payout: IndexPayout) -> str:
    """The colour of its state."""
    return PAYOUT_KINDS[payout.status]


def faults_table(batch: EnrolmentBatch) -> Table:
    """The lines that were refused, with the reason of each."""
    refused = [line for line in batch.report if line["outcome"] != "accepted"]
    return Table(
        _("Lines that were refused"),
        [Column(_("Line")), Column(_("Why"))],
        [(line["line"], str(FAULTS[line["outcome"]].message)) for line in refused[:LINES]],
        empty=_("Every line was accepted."),
        small=True,
    )


def outcome_counts(batch: EnrolmentBatch) -> list[tuple[str, int]]:
    """How many lines were refused for which reason, the most frequent first."""
    counts = Counter(line["outcome"] for line in batch.report if line["outcome"] != "accepted")
    return [(str(FAULTS[code].message), count) for code, count in counts.most_common()]


def benefits_table(version: InsuranceProductVersion) -> Table:
    """What is paid when, in words and amounts."""
    return Table(
        _("What is paid"),
        [Column(_("When")), Column(_("How much")), Column(_("At most in a year"), number=True)],
        [_benefit_row(each, version.currency) for each in version.benefits.order_by("pk")],
    )


def _benefit_row(benefit: Benefit, currency: str) -> tuple[Any, ...]:
    cap = "" if benefit.cap_minor is None else formatting.money(Money(benefit.cap_minor, currency))
    return str(benefit.get_peril_display()).capitalize(), how_much(benefit, currency), cap


def plain(value: Decimal) -> str:
    """A measured value without noughts at its end."""
    return f"{value.normalize():f}"


def how_much(benefit: Benefit, currency: str) -> str:
    """What a benefit pays, in a sentence."""
    share = f"{benefit.share_bp / 100:g}%"
    if benefit.formula == Benefit.Formula.REMAINING_COST:
        deductible = Money(benefit.deductible_minor, currency).display()
        return _("%(share)s of what remains above %(deductible)s") % {"share": share, "deductible": deductible}
    if benefit.formula == Benefit.Formula.TERM_COST:
        return _("%(share)s of the bill") % {"share": share}
    most = Money(benefit.sum_insured_minor or 0, currency).display()
    if benefit.trigger is not None and benefit.exit is not None:
        about = {
            "most": most,
            "index": benefit.get_index_kind_display(),
            "trigger": plain(benefit.trigger),
            "exit": plain(benefit.exit),
        }
        if benefit.trigger > benefit.exit:
            return _("up to %(most)s when the %(index)s falls from %(trigger)s to %(exit)s, without a claim") % about
        return _("up to %(most)s when the %(index)s rises from %(trigger)s to %(exit)s, without a claim") % about
    return _("up to %(most)s, by grade") % {"most": most} if benefit.formula == "graded" else most
