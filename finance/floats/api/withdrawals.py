"""Money out of the float, over the API."""

import datetime as dt
from typing import Any, ClassVar, NamedTuple

from rest_framework import serializers

from core.access import load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from finance.floats import services
from finance.payouts.models import PayoutLine
from stations.accounts.models import User
from stations.models import Station


class WithdrawalIn(serializers.Serializer):
    """How much of the own float; the county clears a float whole, without an amount."""

    station = serializers.CharField(max_length=11)
    amount = AmountField(required=False)


class Withdrawal(NamedTuple):
    """A payout from a float, and the station whose float it was."""

    line: PayoutLine
    station: Station


class WithdrawalOut(ReadSerializer):
    """A payout that waits for the next batch; its money is set aside already."""

    id = serializers.UUIDField(source="line.pk")
    station = serializers.CharField(source="station.code")
    amount = serializers.CharField(source="line.amount")
    currency = serializers.CharField(source="line.currency")
    status = serializers.CharField(source="line.status")
    made_at = serializers.DateTimeField(source="line.made_at")

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0041",
        "station": "321324-0003",
        "amount": "300.00",
        "currency": "CNY",
        "status": "draft",
        "made_at": "2026-11-25T01:00:00.000Z",
    }


class Withdrawals(VerbView):
    """Withdraw from a float: the partner an amount of their own, the county manager all of it at the end."""

    requires = "finance.withdraw_float"
    In = WithdrawalIn
    Out = WithdrawalOut
    success_status = 201
    refusals = refused_by(services.withdraw_float, services.clear_float)
    in_example = {"station": "321324-0003", "amount": "300.00"}
    out_example = WithdrawalOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Withdrawal:
        station = load(Station.objects.select_related("county"), user, self.requires, code=data["station"])
        if "amount" in data:
            amount = data["amount"].in_currency(station.currency)
            line = services.withdraw_float(station=station, amount=amount, by=user, at=at)
        else:
            line = services.clear_float(station=station, by=user, at=at)
        return Withdrawal(line, station)
