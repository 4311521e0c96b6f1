"""What no machine could decide: two people of finance say how a payment ended, or that the company took it back, with
the company's written answer."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.files.models import StoredFile
from core.gateways.models import Instruction
from core.gateways.services import give_up, record_result
from core.language.reasons import needs_words
from finance.payments.machine import PAYMENT
from finance.payments.models import Payment, PaymentDecision
from finance.payments.services.giving_back import can_be_reversed
from stations.accounts.models import User
from stations.two_persons import require_two_persons

#: From this age on, daily files and bank lines suffice where the company has written nothing.
WRITTEN_ANSWER_UNTIL = dt.timedelta(days=14)


_O = PaymentDecision.Outcome


class EvidenceMissing(Refused):
    """For two weeks only the company's own written answer decides."""

    code = "evidence_missing"
    status = 422
    message = _("Attach the company's written answer. Without it, this can be decided from %(date)s.")


class NothingProposed(Refused):
    """A second person confirms what a first one proposed."""

    code = "nothing_proposed"
    message = _("No outcome proposed yet.")


class ProposalChanged(Refused):
    """What was proposed is not what the second person has read."""

    code = "proposal_changed"
    message = _("The proposal has changed since you read it. Check it again before you confirm.")


def outcomes_to_propose(payment: Payment, *, at: dt.datetime) -> list[PaymentDecision.Outcome]:
    """What people may say of a payment as it stands: how it ended, or that a company has taken it back."""
    if payment.status in PAYMENT.arrows["decide_payment"]:
        return [_O.SUCCEEDED, _O.FAILED]
    is_company_s = Instruction.objects.filter(pk=payment.pk).exists()
    return [_O.REVERSED] if is_company_s and can_be_reversed(payment, at=at) else []


def paper_needed_until(payment: Payment) -> dt.datetime:
    """Until when only the company's own written answer decides."""
    return (payment.submitted_at or payment.taken_at) + WRITTEN_ANSWER_UNTIL


@refuses(WrongState, EvidenceMissing)
@needs_words("reason")
@transaction.atomic
def propose_decision(
    *, payment: Payment, outcome: str, reason: str, evidence: StoredFile | None, by: User, at: dt.datetime
) -> PaymentDecision:
    """Propose how a payment ended; a later proposal replaces one that nobody has confirmed.

    Refused: `wrong_state` unless people are checking it (`reversed`: unless a company could have taken it back),
    `evidence_missing`.
    """
    payment = lock(payment)
    _refuse_unless_open(payment, outcome, at=at)
    until = paper_needed_until(payment)
    if evidence is None and at < until:
        raise EvidenceMissing(field="evidence", date=day_in(payment.station.zone, until))
    proposal = {"outcome": outcome, "reason": reason, "evidence": evidence, "proposed_by": by, "proposed_at": at}
    open_one: dict[str, Any] = {"payment": payment, "status": PaymentDecision.Status.PROPOSED}
    return PaymentDecision.objects.update_or_create(**open_one, defaults=proposal)[0]


@refuses(WrongState, NothingProposed, SamePerson, ProposalChanged)
@transaction.atomic
def decide_payment(*, payment: Payment, outcome: str, by: User, at: dt.datetime) -> Payment:
    """Confirm what another person proposed; money and slip follow as if the company had said it.

    Of a success that the company took back every leg is reversed, and the villager is owed the total. `outcome` is what
    the second person has read and means.
    """
    orders = Instruction.objects.select_related("provider").select_for_update(of=("self",), no_key=True)
    instruction = orders.filter(pk=payment.pk).first()
    payment = lock(payment)
    _refuse_unless_open(payment, outcome, at=at)
    proposal = PaymentDecision.objects.select_for_update(no_key=True).filter(payment=payment, status="proposed").first()
    if proposal is None:
        raise NothingProposed
    require_two_persons(by, proposal.proposed_by_id)
    if proposal.outcome != outcome:
        raise ProposalChanged
    proposal.status, proposal.decided_by, proposal.decided_at = PaymentDecision.Status.DECIDED, by, at
    proposal.save(update_fields=["status", "decided_by", "decided_at", "updated_at"])
    if proposal.outcome == PaymentDecision.Outcome.FAILED:
        give_up(our_ref=payment.pk, code="decided_by_people", source="people", at=at)
    else:
        _say_for_the_company(present(instruction), outcome, at=at)
    payment.refresh_from_db()
    return payment


def _refuse_unless_open(payment: Payment, outcome: str, *, at: dt.datetime) -> None:
    if outcome not in outcomes_to_propose(payment, at=at):
        raise WrongState(state=payment.get_status_display())


def _say_for_the_company(instruction: Instruction, outcome: str, *, at: dt.datetime) -> None:
    """As if the company had said that it did it, or that it took it back."""
    record_result(
        provider=instruction.provider,
        our_ref=str(instruction.pk),
        data={
            "our_ref": str(instruction.pk),
            "kind": instruction.kind,
            "status": "succeeded",
            "provider_ref": instruction.provider_ref or "decided-by-people",
            "amount": instruction.request["amount"],
            "currency": instruction.request["currency"],
        },
        source="people",
        at=at,
        event_type="transaction.reversed" if outcome == _O.REVERSED else "",
    )
