"""Recharges as sales: what commission is computed from, what the operator is asked to do, what the slip says."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index
from core.errors import Refused
from core.gateways.models import Instruction
from core.money import Money
from finance.fees.services import Sale
from finance.payments.models import Payment
from finance.payments.services import CounterSale, ProviderCall, Tender
from finance.recharge.models import Operator, Plan, Recharge
from finance.recharge.numbers import Number
from stations.accounts.models import User
from stations.network.models import Station

SERVICE = "recharge"


class RechargeInProgress(Refused):
    """The same recharge is not decided yet: only when it has failed is it tried again."""

    code = "recharge_in_progress"
    message = _("This phone is already being recharged with this amount. Wait for the result.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is bought for a phone: a plan, or an amount that no plan names."""

    operator: Operator
    plan: Plan | None
    amount: Money

    @property
    def wholesale(self) -> Money:
        """What we shall owe the operator."""
        return self.plan.wholesale if self.plan else self.operator.wholesale_of(self.amount)

    @property
    def margin(self) -> int:
        """Retail less wholesale, minor units."""
        return self.amount.minor - self.wholesale.minor


@dataclass(frozen=True, kw_only=True)
class RechargeSale(CounterSale):
    """One phone recharged, checked; `is_ported` where its number begins like another operator's."""

    purpose = Payment.Purpose.RECHARGE

    wanted: Wanted
    number: Number
    is_ported: bool = False

    def for_fees(self, *, by: User, at: dt.datetime) -> Sale:
        """The sale as commission sees it."""
        return sale_to_quote(self.wanted, self.number.e164, station=self.station, by=by, at=at)

    def call(self, tender: Tender) -> ProviderCall:
        """The operator is told what to recharge; the phone is put on the wire only (`body_of`)."""
        wanted = self.wanted
        return ProviderCall(
            provider=wanted.operator.provider,
            kind=Instruction.Kind.RECHARGE,
            path="/v1/recharges",
            request={
                "operator_code": wanted.operator.code,
                "plan_code": wanted.plan.code if wanted.plan else None,
                "amount": str(wanted.amount),
                "currency": wanted.amount.currency,
            },
        )

    def slip_lines(self) -> list[dict[str, Any]]:
        """The operator, the phone, and the plan where there is one."""
        operator, plan = self.wanted.operator, self.wanted.plan
        lines: list[dict[str, Any]] = [
            {"name": "operator", "value": {"en": operator.name, "zh-hans": operator.name_zh}},
            {"name": "phone", "value": self.number.shown},
        ]
        if plan:
            lines.append({"name": "plan", "value": {"en": plan.name, "zh-hans": plan.name_zh}})
        return lines

    def store(self, payment: Payment) -> None:
        """One open recharge of one phone with one amount."""
        wanted = self.wanted
        try:
            with transaction.atomic():
                Recharge.objects.create(
                    payment=payment,
                    operator=wanted.operator,
                    plan=wanted.plan,
                    phone=self.number.e164,
                    amount_minor=wanted.amount.minor,
                    wholesale_minor=wanted.wholesale.minor,
                    currency=wanted.amount.currency,
                    is_ported=self.is_ported,
                )
        except IntegrityError as error:
            if "recharge_is_open_once" not in str(error):
                raise
            raise RechargeInProgress from error  # another counter was faster


def sale_to_quote(wanted: Wanted, phone: str, *, station: Station, by: User, at: dt.datetime) -> Sale:
    """A sale that has not happened yet, for a quote."""
    return Sale(
        event_type="payment",
        event_id="",
        service=SERVICE,
        base=wanted.amount,
        station=station,
        acted_by=by,
        taken_at=at,
        party=wanted.operator.code,
        target=_target(wanted.operator, phone),
        margin=wanted.margin,
        left=wanted.margin,
    )


def sales_of(payment: Payment) -> list[Sale]:
    """The recharge, and the villager's fee, which has a rule of its own: both come out of clearing."""
    recharge = payment.recharge
    wanted = Wanted(recharge.operator, recharge.plan, payment.amount)
    sale = replace(
        sale_to_quote(wanted, str(recharge.phone), station=payment.station, by=payment.taken_by, at=payment.taken_at),
        event_id=str(payment.pk),
        margin=recharge.margin,
        left=recharge.margin,
    )
    if not payment.agent_fee:
        return [sale]
    fee = payment.agent_fee
    return [
        sale,
        replace(sale, service=f"{SERVICE}.agent_fee", base=fee, target="", margin=None, left=fee.minor),
    ]


def _target(operator: Operator, phone: str) -> str:
    """What splitting is measured against: the phone, which nobody can read out of this."""
    return f"{operator.code}:{blind_index(phone).hex()}"
