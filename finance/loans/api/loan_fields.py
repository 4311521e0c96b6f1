"""What requests and answers about loans hold."""

from typing import Any, ClassVar

from rest_framework import serializers

from core.language.typed import Line
from core.money import Money
from core.serializers import ReadSerializer
from finance.loans.models import Loan, LoanInstallment


class LoanOut(ReadSerializer):
    """One loan; amounts in its currency, sums since it was paid out."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    application = serializers.UUIDField(source="application_id")
    borrower = serializers.UUIDField(source="borrower_id")
    product = serializers.CharField(source="product.code")
    station = serializers.CharField(source="station.code")
    status = serializers.CharField()
    amount = serializers.CharField()
    outstanding = serializers.CharField()
    advance = serializers.CharField()
    written_off = serializers.CharField()
    recovered = serializers.CharField()
    currency = serializers.CharField()
    days_past_due = serializers.IntegerField()
    disbursed_on = serializers.DateField(source="disbursed_on_date", allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    skipped = serializers.CharField(allow_null=True)
    get_skipped = staticmethod(lambda loan: getattr(loan, "skipped", None))

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "number": "321324-0007-L261125-K7P2",
        "application": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c21",
        "borrower": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "product": "farm_equal",
        "station": "321324-0007",
        "status": "approved",
        "amount": "30000.00",
        "outstanding": "0.00",
        "advance": "0.00",
        "written_off": "0.00",
        "recovered": "0.00",
        "currency": "CNY",
        "days_past_due": 0,
        "disbursed_on": None,
        "closed_at": None,
        "skipped": None,
    }


class LoanInstallmentOut(ReadSerializer):
    """One instalment: what is due and what of it is paid."""

    n = serializers.IntegerField()
    due = serializers.DateField(source="due_date")
    principal = serializers.CharField()
    interest = serializers.CharField()
    penalty = serializers.CharField()
    unpaid = serializers.CharField()
    status = serializers.CharField()
    get_principal = staticmethod(lambda row: _money(row, row.principal_minor))
    get_interest = staticmethod(lambda row: _money(row, row.interest_minor))
    get_penalty = staticmethod(lambda row: _money(row, row.penalty_minor))
    get_unpaid = staticmethod(lambda row: _money(row, row.left_minor))


def _money(row: LoanInstallment, minor: int) -> str:
    return str(Money(minor, row.loan.currency))


class LoanDetailOut(LoanOut):
    """A loan with its price and its instalments."""

    apr_nominal_bp = serializers.IntegerField(source="contract.apr_nominal_bp")
    apr_effective_bp = serializers.IntegerField(source="contract.apr_effective_bp")
    rows = LoanInstallmentOut(many=True)
    get_rows = staticmethod(lambda loan: standing_rows(loan))


def standing_rows(loan: Loan) -> list[LoanInstallment]:
    """The instalments that stand, in their order."""
    rows = loan.installments.exclude(status=LoanInstallment.Status.RESCHEDULED).select_related("loan")
    return list(rows.order_by("due_date", "n"))


class SignIn(serializers.Serializer):
    """The day of the plan that the borrower saw; the code that they read aloud, or a photo of the signed contract."""

    on = serializers.DateField()
    code = serializers.CharField(max_length=6, required=False, allow_blank=True, default="")
    paper = serializers.UUIDField(required=False, allow_null=True, default=None)


class BorrowerAccountIn(serializers.Serializer):
    """The borrower's own bank account; the number is encrypted at once."""

    bank_code = serializers.RegexField(r"^[0-9A-Z]{3,14}$")
    account_no = serializers.RegexField(r"^[0-9A-Z]{6,34}$")
    holder_name = Line(max_length=80)


class BorrowerAccountOut(ReadSerializer):
    """An account as it was written down; of its number only the end."""

    id = serializers.UUIDField()
    bank_code = serializers.CharField()
    account_tail = serializers.CharField()
    status = serializers.CharField()
    usable_from = serializers.DateTimeField()
