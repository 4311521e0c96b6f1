"""What no machine could decide: two people of finance say how a payment ended, with the company's written answer."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.db import lock
from core.errors import Refused, SamePerson
from core.gateways.models import Instruction
from core.gateways.services import give_up, record_result
from finance.payments.machine import PAYMENT
from finance.payments.models import Payment, PaymentDecision

#: From this age on, daily files and bank lines suffice where the company has written nothing.
WRITTEN_ANSWER_UNTIL = dt.timedelta(days=14)


class EvidenceMissing(Refused):
    """For two weeks only the company's own written answer decides."""

    code = "evidence_missing"
    status = 422
    message = _("Attach the company's written answer. Without it this can be decided from %(date)s.")


class NothingProposed(Refused):
    """A second person confirms what a first one proposed."""

    code = "nothing_proposed"
    message = _("Nobody has proposed how this ended.")


class ProposalChanged(Refused):
    """What was proposed is not what the second person has read."""

    code = "proposal_changed"
    message = _("The proposal has changed since you read it. Read it again before you confirm.")


@transaction.atomic
def propose_decision(
    *, payment: Payment, outcome: str, reason: str, evidence: Any, by: Any, at: dt.datetime
) -> PaymentDecision:
    """Propose how a payment ended; a later proposal replaces one that nobody has confirmed.

    Refused: `wrong_state` unless people are checking it, `evidence_missing`.
    """
    payment = lock(payment)
    PAYMENT.check("decide_payment", payment.status)
    written_until = payment.submitted_at + WRITTEN_ANSWER_UNTIL
    if evidence is None and at < written_until:
        raise EvidenceMissing(field="evidence", date=written_until.date().isoformat())
    proposal = {"outcome": outcome, "reason": reason, "evidence": evidence, "proposed_by": by, "proposed_at": at}
    return PaymentDecision.objects.update_or_create(payment=payment, defaults=proposal)[0]


@transaction.atomic
def decide_payment(*, payment: Payment, outcome: str, by: Any, at: dt.datetime) -> Payment:
    """Confirm what another person proposed; money and slip follow as if the company had said it.

    `outcome` is what the second person has read and means. Refused: `wrong_state`, `nothing_proposed`, `same_person`,
    `proposal_changed`.
    """
    instruction = (
        Instruction.objects.select_related("provider").select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
    )
    PAYMENT.check("decide_payment", lock(payment).status)
    proposal = PaymentDecision.objects.select_for_update(no_key=True).filter(payment=payment, status="proposed").first()
    if proposal is None:
        raise NothingProposed
    if proposal.proposed_by_id == by.pk:
        raise SamePerson
    if proposal.outcome != outcome:
        raise ProposalChanged
    proposal.status, proposal.decided_by, proposal.decided_at = PaymentDecision.Status.DECIDED, by, at
    proposal.save(update_fields=["status", "decided_by", "decided_at", "updated_at"])
    if proposal.outcome == PaymentDecision.Outcome.FAILED:
        give_up(our_ref=payment.pk, code="decided_by_people", source="people", at=at)
    else:
        record_result(
            provider=instruction.provider,
            our_ref=str(payment.pk),
            data={
                "our_ref": str(payment.pk),
                "kind": instruction.kind,
                "status": "succeeded",
                "provider_ref": "decided-by-people",
                "amount": instruction.request["amount"],
                "currency": instruction.request["currency"],
            },
            source="people",
            at=at,
        )
    payment.refresh_from_db()
    return payment
