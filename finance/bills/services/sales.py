"""Bills as sales: what commission is computed from, what the biller is asked to do, what the slip says."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_step, insert
from core.errors import Refused
from core.gateways.models import Instruction
from core.money import Money
from finance.bills.models import BillAccount, Biller, BillFetch, BillPayment
from finance.bills.parameters import fingerprint, parameters_of
from finance.bills.services.serving import SERVICE
from finance.fees.services import Sale
from finance.payments.models import Payment
from finance.payments.services import CounterSale, ProviderCall, Tender
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.masking import mask_name
from stations.people.models import Household


class BillInProgress(Refused):
    """Another payment of the same bill is not decided yet."""

    code = "bill_in_progress"
    message = _("This bill is already being paid. Wait for the result.")


@dataclass(frozen=True, kw_only=True)
class BillSale(CounterSale):
    """One bill, checked: `parameters` as the biller asks for them, `fetch` where the bill was asked for first."""

    purpose = Payment.Purpose.BILL

    biller: Biller
    fetch: BillFetch | None
    parameters: dict[str, str]
    household: Household | None

    @property
    def bill_ref(self) -> str:
        """The biller's name of the bill; empty where it was not asked for."""
        return self.fetch.bill_ref if self.fetch else ""

    def for_fees(self, *, by: User, at: dt.datetime) -> Sale:
        """The sale as commission sees it."""
        sale = sale_to_quote(self.biller, self.amount, station=self.station, by=by, at=at)
        return replace(sale, target=target_of(self.biller, self.bill_ref, self.parameters) if self.parameters else "")

    def call(self, tender: Tender) -> ProviderCall:
        """The biller is told that its bill is paid."""
        station = self.station
        request = {
            "biller_code": self.biller.code,
            "bill_ref": self.bill_ref or None,
            "parameters": dict(self.parameters),
            "amount": str(self.amount),
            "currency": self.amount.currency,
            "agent": {
                "station_code": station.code,
                "postal_code": station.village.code[:6],
                "latitude": str(station.latitude) if station.latitude is not None else "",
                "longitude": str(station.longitude) if station.longitude is not None else "",
                "terminal_id": station.code,
            },
            "customer_phone": tender.payer_phone or None,
        }
        kind, path = Instruction.Kind.BILL, "/v1/bills/pay"
        return ProviderCall(provider=self.biller.provider, kind=kind, path=path, request=request)

    def slip_lines(self) -> list[dict[str, Any]]:
        """The biller, what it asks its customers for, and the customer's masked name."""
        biller, values = self.biller, self.parameters
        lines: list[dict[str, Any]] = [{"name": "biller", "value": {"en": biller.name, "zh-hans": biller.name_zh}}]
        lines += [
            {"name": row.name, "label": {"en": row.label, "zh-hans": row.label_zh}, "value": values[row.name]}
            for row in parameters_of(biller)
            if row.name in values
        ]
        if self.fetch:
            lines.append({"name": "customer_name", "value": mask_name(self.fetch.customer_name)})
            if self.fetch.period:
                lines.append({"name": "period", "value": self.fetch.period})
        return lines

    def store(self, payment: Payment) -> None:
        """One live payment for one bill, and the household's account with the biller for the next one."""
        bill = BillPayment(
            payment=payment,
            biller=self.biller,
            fetch=self.fetch,
            household=self.household,
            parameters=self.parameters,
            bill_ref=self.bill_ref,
            due_date=self.fetch.due_date if self.fetch else None,
            allows_parts=allows_parts(self.biller),
        )
        try:
            atomic_step(insert)(bill)
        except IntegrityError as error:
            if "bill_is_paid_by_one_live_payment" not in str(error):
                raise
            raise BillInProgress from error  # another counter was faster
        if self.household:
            BillAccount.objects.get_or_create(
                biller=self.biller,
                parameters_hash=fingerprint(self.parameters),
                household=self.household,
                defaults={"parameters": self.parameters},
            )


def allows_parts(biller: Biller) -> bool:
    """Whether one bill may be paid more than once."""
    return biller.amount_rule in {Biller.AmountRule.UP_TO, Biller.AmountRule.ANY}


def sale_to_quote(biller: Biller, amount: Money, *, station: Station, by: User, at: dt.datetime) -> Sale:
    """A sale that has not happened yet, for a quote."""
    return Sale(
        event_type="payment",
        event_id="",
        service=SERVICE,
        base=amount,
        station=station,
        acted_by=by,
        taken_at=at,
        party=biller.code,
    )


def sale_of(payment: Payment) -> Sale:
    """The sale that this payment was."""
    bill = payment.bill
    sale = sale_to_quote(bill.biller, payment.amount, station=payment.station, by=payment.taken_by, at=payment.taken_at)
    return replace(sale, event_id=str(payment.pk), target=target_of(bill.biller, bill.bill_ref, bill.parameters))


def target_of(biller: Biller, bill_ref: str, parameters: Mapping[str, str]) -> str:
    """What splitting is measured against: the bill, or the customer where bills have no reference."""
    return f"{biller.code}:{bill_ref or fingerprint(parameters)}"[:120]


def fee_sale(payment: Payment, sale: Sale) -> Sale:
    """The villager's fee has a rule of its own, and comes out of clearing."""
    return replace(
        sale, service=f"{SERVICE}.agent_fee", base=payment.agent_fee, target="", left=payment.agent_fee_minor
    )
