"""Bank accounts of insurers and insured people over the API, as they are written down."""

from typing import Any, ClassVar

from rest_framework import serializers

from core.language.typed import Line
from core.serializers import ReadSerializer

ACCOUNT: dict[str, Any] = {"bank_code": "ICBC", "account_no": "6222021102004821", "holder_name": "江苏惠农人寿"}


class PayeeAccountIn(serializers.Serializer):
    """An own bank account of the payee; the number is encrypted at once."""

    bank_code = serializers.RegexField(r"^[0-9A-Z]{3,14}$")
    account_no = serializers.RegexField(r"^[0-9A-Z]{6,34}$")
    holder_name = Line(max_length=80)


class PolicyAccountIn(PayeeAccountIn):
    """The account of the insured, of a guardian, or of the head of the household (`payee`)."""

    payee = serializers.UUIDField()


class PayeeAccountOut(ReadSerializer):
    """An account as it was written down; of its number only the end. Used once it is confirmed, three days later."""

    id = serializers.UUIDField()
    bank_code = serializers.CharField()
    account_tail = serializers.CharField()
    status = serializers.CharField()
    usable_from = serializers.DateTimeField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
        "bank_code": "ICBC",
        "account_tail": "4821",
        "status": "pending",
        "usable_from": "2026-11-30T03:00:00.000Z",
    }
