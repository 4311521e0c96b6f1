"""Asking a company over the API to take back what it has done."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import ProviderDown, refused_by
from finance.payments import services
from finance.payments.api.payments import PaymentOut, payment_out
from finance.payments.models import Payment, Reversal
from stations.accounts.models import User

ASK = "finance.ask_reversal"


class AskReversalIn(serializers.Serializer):
    """Why, and the payer's proof: the code on his phone, or the number on the slip."""

    reason = serializers.ChoiceField(Reversal.Reason.choices)
    code = serializers.RegexField(r"^[0-9]{6}$", required=False)
    slip_no = serializers.CharField(max_length=32, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("code" in attrs) == ("slip_no" in attrs):
            raise serializers.ValidationError({"code": ["Send the code, or the number on the slip."]})
        return attrs


class ReversalCodeOut(serializers.Serializer):
    """Until when the code counts that was sent to the payer's phone."""

    our_ref = serializers.UUIDField()
    code_expires_at = serializers.DateTimeField()


class AskReversal(VerbView):
    """Ask the provider to reverse a payment. 202: it has been asked or will be at once; its answer decides."""

    requires = ASK
    one_object = True
    In = AskReversalIn
    Out = PaymentOut
    success_status = 202
    refusals = (ProviderDown, *refused_by(services.ask_reversal))
    in_example: ClassVar[dict[str, Any]] = {"reason": "wrong_number", "slip_no": "321324-0007-261125-A7K2QX"}
    out_example = PaymentOut.example | {"purpose": "recharge", "status": "reversal_asked", "status_label": "asked back"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        payment = load(Payment.objects.all(), user, self.requires, pk=pk)
        proof: Any = services.CodeProof(data["code"]) if "code" in data else services.WitnessProof(data["slip_no"])
        asked = services.ask_reversal(payment=payment, reason=data["reason"], proof=proof, by=user, at=at)
        return payment_out(asked)


class SendReversalCode(VerbView):
    """Send a reversal code to the payer's phone, with which the payment may be asked back."""

    requires = ASK
    one_object = True
    Out = ReversalCodeOut
    refusals = refused_by(services.send_reversal_code)
    out_example: ClassVar[dict[str, Any]] = {
        "our_ref": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
        "code_expires_at": "2026-11-25T02:52:10.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        payment = load(Payment.objects.all(), user, self.requires, pk=pk)
        stored = services.send_reversal_code(payment=payment, at=at)
        return {"our_ref": str(payment.pk), "code_expires_at": stored.expires_at}
