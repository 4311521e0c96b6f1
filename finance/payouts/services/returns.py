"""What came back over our bank account finds the payout that it was: by its reference, or by a person."""

import datetime as dt
import re
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, WrongState, refused_by, refuses
from core.language.reasons import ReasonMissing
from core.money import Money
from finance import chart
from finance.payouts.machine import LINE
from finance.payouts.models import PayoutLine
from finance.payouts.queries import payouts_that_came_back
from finance.payouts.services.ends import come_back, conclude, confirm, held_with_batch
from finance.payouts.services.postings import postings_of
from finance.recon.models import BankExplanation, BankReturn, BankStatementLine
from finance.recon.services import Part, explain_bank_line
from finance.settlement.services import pay_statement
from ledger.services import SYSTEM, MadeBy
from stations.accounts.models import User

_L = PayoutLine.Status
#: A reference of ours in a bank's text: some banks leave out the strokes.
REFERENCE = re.compile(r"(?i)(?<![0-9a-f])[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}(?![0-9a-f])")


class ReturnMatched(Refused):
    """Money comes back once, and of one payout."""

    code = "return_matched"
    message = _("This is already matched.")


class ReturnUnfit(Refused):
    """What came back is a payout's only to the cent, and only of one that the bank was to make."""

    code = "return_unfit"
    status = 422
    message = _(
        "This cannot be the returned payout: the amount or our account differs, or it was not sent to the bank."
    )


@refuses(ReturnMatched, ReturnUnfit, WrongState, ReasonMissing, *refused_by(pay_statement))
@transaction.atomic
def match_return(*, explanation: BankExplanation, payout: PayoutLine, by: User | None, at: dt.datetime) -> BankReturn:
    """Say which payout a bank line of kind `sent_back` was; `by` is None where its reference said so.

    The payout comes back: payout_clearing -> the payee's account. Where the bank had told before that it did not stay
    paid, our mirror of the bank moved then: payout_clearing -> bank.
    """
    explanation = lock(explanation)
    _refuse_unless_waiting(explanation)
    if payout.batch_id is None:
        raise ReturnUnfit(field="payout")
    line = held_with_batch(payout.pk)
    _refuse_unfit(explanation, line)
    made_by = MadeBy("staff", by.pk) if by else SYSTEM
    if line.status in PayoutLine.WITH_THE_BANK:
        LINE.check("record_payout_answer", line.status)
        confirm(line=line, at=at)
    was_told = line.status != _L.PAID
    if was_told:
        postings = postings_of([line], made_by=made_by, at=at)
        postings.move_mirror_back(line, event_id=str(explanation.pk))
        postings.post()
    else:
        come_back(line=line, made_by=made_by, at=at)
    done = BankReturn.objects.create(explanation=explanation, payout=line, was_told=was_told, made_by=by, made_at=at)
    conclude(batch=present(line.batch), at=at)
    return done


@refuses(ReturnMatched, ReturnUnfit, WrongState, ReasonMissing, *refused_by(explain_bank_line, pay_statement))
@transaction.atomic
def match_return_by_reference(*, bank_line: BankStatementLine, at: dt.datetime) -> BankReturn | None:
    """A line that came in, names one payout of ours and brings exactly its amount, is that payout; None otherwise."""
    bank_line = lock(bank_line)
    if bank_line.direction != BankStatementLine.Direction.IN or bank_line.explained_minor:
        return None
    named = {UUID(found.replace("-", "")) for found in REFERENCE.findall(bank_line.text)}
    payouts = list(payouts_that_came_back(amount=bank_line.amount, bank_line=bank_line).filter(pk__in=named)[:2])
    if len(payouts) != 1:
        return None
    [payout] = payouts
    clearing = chart.open_one(
        chart.platform("payout_clearing"),
        country=payout.account.book.country,
        currency=bank_line.currency,
        at=at,
    )
    part = Part(BankExplanation.Kind.SENT_BACK, clearing, bank_line.amount, str(payout.pk))
    [explanation] = explain_bank_line(line=bank_line, parts=[part], by=None, at=at)
    return match_return(explanation=explanation, payout=payout, by=None, at=at)


def _refuse_unless_waiting(explanation: BankExplanation) -> None:
    if BankReturn.objects.filter(explanation=explanation).exists():
        raise ReturnMatched
    if not BankExplanation.objects.came_back().filter(pk=explanation.pk).exists():
        raise ReturnUnfit(field="payout")


def _refuse_unfit(explanation: BankExplanation, line: PayoutLine) -> None:
    if BankReturn.objects.filter(payout=line).exists():
        raise ReturnMatched(field="payout")
    came = explanation.line
    amount = Money(explanation.amount_minor, explanation.currency)
    if not payouts_that_came_back(amount=amount, bank_line=came).filter(pk=line.pk).exists():
        raise ReturnUnfit(field="payout")
