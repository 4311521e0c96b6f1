"""A payment is asked back, for tests."""

from django.utils.timezone import now

from core.models import Instruction, Notice
from core.notices.services import message_of
from finance.payments.services import WitnessProof, ask_reversal
from tests.factories.finance import payer_at
from tests.factories.recharge import PHONE, operator, operator_says, plan, recharge


def recharged(ready):
    """A recharge that was done, with the payer's phone."""
    mobile = operator()
    payment = recharge(ready, mobile, bought=plan(mobile), payer=payer_at(ready, phone=PHONE), payer_phone=PHONE)
    operator_says(payment, "succeeded")
    payment.refresh_from_db()
    return payment


def slip_of(payment):
    return WitnessProof(payment.receipts.get(kind="final").number)


def ask(payment, proof=None, **values):
    asked = {"reason": "wrong_number", "proof": proof or slip_of(payment), "by": payment.taken_by, "at": now()}
    ask_reversal(payment=payment, **{**asked, **values})
    payment.refresh_from_db()
    return payment


def nothing_was_asked(payment):
    payment.refresh_from_db()
    return payment.status == "succeeded" and not Instruction.objects.filter(kind="reversal").exists()


def code_of(payment):
    notice = Notice.objects.filter(dedupe_key__startswith=f"reversal_code:{payment.pk}:").latest("pk")
    return "".join(filter(str.isdigit, message_of(notice.our_ref)["text"]))[:6]


def told(template):
    return Notice.objects.filter(template=template)
