"""Why a difference is closed, by its kind, and what each reason posts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from finance.recon.models import ReconItem

_K = ReconItem.Kind


class Posting(StrEnum):
    """What a reason does to the books."""

    NOTHING = "nothing"
    #: They are right: what they have more is our expense, what they have less is our revenue; to or from the party.
    TAKE_THEIRS = "take_theirs"
    #: They never did it: two people have taken the payment back, which owes the villager the money.
    BY_TWO = "by_two"
    #: Their fee is right: what is missing is our expense, what is more our revenue; to or from fee_receivable.
    TAKE_THEIR_FEE = "take_their_fee"


#: Payments that nobody holds for done any more.
TAKEN_BACK = frozenset({"reversed", "refunded"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason that a person may give."""

    code: str
    label: Any
    posting: Posting = Posting.NOTHING


_THEY_CORRECT = Reason("they_correct", _("the company corrects it"))
_WE_BEAR_IT = Reason("we_bear_it", _("the provider is right, the company absorbs it"), Posting.TAKE_THEIRS)
_NOT_DONE = Reason("not_done", _("the company never did it: the payment is reversed"), Posting.BY_TWO)

REASONS: dict[str, tuple[Reason, ...]] = {
    _K.MISSING_INTERNAL: (
        _THEY_CORRECT,
        Reason("other_reference", _("ours, with a different reference")),
        _WE_BEAR_IT,
    ),
    _K.MISSING_PROVIDER: (Reason("will_follow", _("the company confirms it, the line will follow")), _NOT_DONE),
    _K.AMOUNT: (
        _THEY_CORRECT,
        Reason("settled_otherwise", _("settled in another way, with proof")),
        _WE_BEAR_IT,
    ),
    _K.STATUS: (_THEY_CORRECT, Reason("decided", _("decided with the payment")), _NOT_DONE, _WE_BEAR_IT),
    _K.DUPLICATE: (_THEY_CORRECT, _WE_BEAR_IT),
    _K.FEE: (
        _THEY_CORRECT,
        Reason("their_fee_holds", _("their fee is right"), Posting.TAKE_THEIR_FEE),
    ),
    _K.FILE: (Reason("no_business", _("no business on that day")), Reason("came_otherwise", _("arrived another way"))),
    _K.LATE: (Reason("other_day", _("was in an adjacent day’s file")),),
    _K.CURRENCY: (_THEY_CORRECT, Reason("decided", _("decided with the payment"))),
    _K.RULE: (Reason("rule_added", _("a rule was added")), Reason("no_commission", _("no commission on this"))),
}

#: Every code with its words, for what was closed.
LABELS: dict[str, Any] = {
    **{reason.code: reason.label for reasons in REASONS.values() for reason in reasons},
    "write_off": _("written off by two people"),
    "explained": _("explained"),
}


def reasons_for(item: ReconItem) -> list[Reason]:
    """What may be said of this difference: money that the bank has not moved is borne by nobody, and only what our
    books hold as done is taken back."""
    return [reason for reason in REASONS[item.kind] if _fits(reason, item)]


def may_be_written_off(item: ReconItem) -> bool:
    """Whether the company can absorb an amount: between company and bank only once the bank has moved one."""
    return bool(item.amount_diff_minor) and (ReconItem.Side.BANK not in item.sides or "bank" in item.detail)


def _fits(reason: Reason, item: ReconItem) -> bool:
    if reason.posting == Posting.BY_TWO:
        return item.payment is not None and item.payment.status in TAKEN_BACK | {"succeeded", "reversal_asked"}
    return reason.posting == Posting.NOTHING or may_be_written_off(item)
