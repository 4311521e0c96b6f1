"""A station that can take money, and everything that a sale needs around it."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.days import day_in
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services import record_result
from core.gateways.services.answers import apply, apply_unknown
from core.gateways.services.sending import begin_call
from core.models import Provider
from core.money import Money
from finance import chart
from finance.bills.services import pay_bill
from finance.models import (
    BillCategory,
    Biller,
    BillerParameter,
    BillFetch,
    CommissionPlan,
    CommissionRule,
    Denomination,
    InstalledCountry,
    Payment,
    Refund,
    StatementTerms,
    StationMoney,
)
from finance.payments.services import Tender, notify_refund
from finance.settlement.models import PayeeKind
from finance.tills.services import open_cash_day
from ledger.models import Account, Book
from ledger.queries import balance
from ledger.services import Leg, MadeBy, post_transfers
from stations.models import Contract, Person, Service, Station, StationService, User
from stations.network.services import pause_service
from tests.factories.gateways import ProviderFactory
from tests.factories.people import resident
from tests.factories.stations import LONG_AGO, StationFactory, UserFactory, helper_of, partner_of

LONG_AGO_DATE = LONG_AGO.date()
#: As many minor units in every currency, so that the examples of yuan hold in all of them.
LIMITS = {
    "ceiling_minor": 5_000_00,
    "float_min_minor": 500_00,
    "float_max_minor": 20_000_00,
    "cash_min_minor": 200_00,
    "cash_max_minor": 10_000_00,
}
NOTES = (100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10)


@dataclass
class Desk:
    """A station with its partner, ready to sell."""

    station: Station
    partner: User

    def account(self, key: chart.AccountKey) -> Account:
        """One account of the book, in the station's money; opened when missing."""
        return chart.open_one(key, country=self.station.county.country, currency=self.station.currency, at=now())

    def holds(self, key: chart.AccountKey) -> int:
        """The posted balance of an account in minor units."""
        return balance(self.account(key)).posted.minor

    def can_use(self, key: chart.AccountKey) -> int:
        """What of it can still flow out."""
        return balance(self.account(key)).available.minor

    @property
    def own_key(self) -> chart.AccountKey:
        """What the partner has earned."""
        return chart.commission_of_user(self.partner.pk)

    @property
    def float_key(self) -> chart.AccountKey:
        return chart.float_of(self.station, self.partner.pk)

    @property
    def till_key(self) -> chart.AccountKey:
        return chart.till(self.station)

    @property
    def funds_key(self) -> chart.AccountKey:
        return chart.customer_funds(self.station)


def book(country: str = "CN", zone: str = "Asia/Shanghai") -> Book:
    """The book of a country, where everybody is told weekly and any amount is paid."""
    found, is_new = Book.objects.get_or_create(
        code=country, defaults={"country": country, "zone": zone, "first_open_date": LONG_AGO_DATE}
    )
    if is_new:
        weekly_terms(country)
    return found


def weekly_terms(country: str) -> None:
    """A statement each week for every kind of payee, each day for lenders, from the smallest amount on."""
    StatementTerms.objects.bulk_create(
        [
            StatementTerms(
                country=country,
                payee_kind=kind,
                currency=currency,
                period="daily" if kind == PayeeKind.LENDER else "weekly",
                minimum_minor=1,
                from_date=LONG_AGO_DATE - dt.timedelta(days=365),
            )
            for kind in PayeeKind
            for currency in ("CNY", "JPY", "KWD", "CLP", "LBP")
        ],
        ignore_conflicts=True,
    )


def desk(
    *, mode: str = "prepaid", float_minor: int = 0, till_open: bool = True, plan: str = "standard", **station: Any
) -> Desk:
    """A station with a partner under contract; its float filled from the bank, its cash day opened empty."""
    place = StationFactory(**station)
    book(place.county.country, place.zone)
    denominations(place.currency)
    partner = partner_of(place)
    contract_of(partner, place, commission_plan_code=plan)
    StationMoney.objects.create(station=place, mode=mode, currency=place.currency, from_date=LONG_AGO_DATE, **LIMITS)
    switch_on(place, "bill_payment")
    ready = Desk(place, partner)
    if float_minor:
        fill(ready, ready.float_key, float_minor)
    if till_open:
        open_cash_day(station=place, lines={}, by=partner, at=now())
    return ready


def contract_of(user: User, station: Station, **values: Any) -> Contract:
    """A running contract; a partner's unless `kind` says otherwise."""
    return Contract.objects.create(
        **{
            "user": user,
            "station": station,
            "kind": "partner",
            "from_date": LONG_AGO_DATE,
            "to_date": dt.date(2099, 1, 1),
            "terms_sha256": "0" * 64,
            "commission_plan_code": "standard",
            "signed_by_person_at": LONG_AGO,
            "signed_by_county_at": LONG_AGO,
            "county_signer": UserFactory(),
            "status": "active",
            **values,
        }
    )


def helper_at(ready: Desk, *, share_bp: int = 2_000) -> User:
    """A helper of the desk's partner."""
    helper = helper_of(ready.station)
    contract_of(helper, ready.station, kind="helper", partner_user=ready.partner, helper_share_bp=share_bp)
    return helper


def switch_on(station: Station, service: str) -> None:
    """Switch a service of the catalogue on at a station."""
    row = Service.objects.get_or_create(code=service, defaults={"name": service, "name_zh": service, "app": "finance"})
    StationService.objects.get_or_create(station=station, service=row[0], defaults={"from_at": LONG_AGO})


def pause_at(station: Station, service: str) -> None:
    """The county of this station pauses a service from now on."""
    row = Service.objects.get(code=service)
    pause_service(service=row, division=station.county, actor=None, at=now(), reason="系统维护")


def denominations(currency: str = "CNY") -> None:
    """The notes and coins of the yuan; other money's are of as many minor units."""
    Denomination.objects.bulk_create(
        [Denomination(currency=currency, value_minor=value, from_date=LONG_AGO_DATE) for value in NOTES],
        ignore_conflicts=True,
    )


def fill(ready: Desk, key: chart.AccountKey, minor: int) -> None:
    """Put company money on an account, from the bank."""
    bank, account = ready.account(chart.bank("main")), ready.account(key)
    debit, credit = (account, bank) if account.normal_side == Account.Side.DEBIT else (bank, account)
    post_transfers(
        legs=[Leg(debit, credit, Money(minor, account.currency), "test money")],
        event_type="test_money",
        event_id=uuid4().hex,
        business_date=day_in(ready.station.zone, now()),
        made_by=MadeBy("system"),
        at=now(),
    )


def provider(code: str = "JS-POWER", **of: str) -> Provider:
    """A provider in service; the sandbox knows it by the same code."""
    return Provider.objects.filter(code=code).first() or ProviderFactory(code=code, **of)


def works_with(country: str = "CN", currency: str = "CNY", **banks: Any) -> InstalledCountry:
    """These banks, or this county, for a country; what else is set for it stays."""
    row, _is_new = InstalledCountry.objects.update_or_create(country=country, currency=currency, defaults=banks)
    return row


def gateway(code: str = "EPAY") -> Provider:
    """The gateway that collects online in China."""
    found = provider(code)
    works_with(collection_provider=found)
    return found


def of_country(values: dict[str, Any]) -> dict[str, str]:
    """The country and currency among these values, where they are named."""
    return {name: values[name] for name in ("country", "currency") if name in values}


def biller(code: str = "JS-POWER", **values: Any) -> Biller:
    """A power company that asks for a customer number of 10 to 13 digits."""
    category = BillCategory.objects.get_or_create(
        code="electricity", defaults={"name": "Electricity", "name_zh": "电费"}
    )
    found = Biller.objects.create(
        **{
            "code": code,
            "name": "Jiangsu Power",
            "name_zh": "江苏电力",
            "category": category[0],
            "provider": provider(code, **of_country(values)),
            "max_amount_minor": 1_000_000_00,
            "from_date": LONG_AGO_DATE,
            **values,
        }
    )
    BillerParameter.objects.create(
        biller=found,
        name="customer_no",
        label="Customer number",
        label_zh="户号",
        kind="digits",
        min_length=10,
        max_length=13,
    )
    return found


def flat_plan(*, country: str = "CN", currency: str = "CNY", **rule: Any) -> CommissionPlan:
    """Example E of the money rules: a flat 1.50 per bill, partner 1.00, county 0.15, the rest to the platform."""
    book()
    shares = [("partner", "flat", 100), ("county", "flat", 15)]
    facts = {"total_kind": "flat", "total_value": 150, "shares": shares, **rule}
    return plan_of(facts, country=country, currency=currency)


def plan_of(*rules: dict[str, Any], code: str = "standard", **values: Any) -> CommissionPlan:
    """An approved plan with these rules in order; each has `shares`: (beneficiary, kind, value) in order."""
    book(values.get("country", "CN"))
    end = {name: values.pop(name) for name in ("status", "approved_by", "approved_at", "to_date") if name in values}
    plan = CommissionPlan.objects.create(
        **{
            "code": code,
            "version": 1,
            "country": "CN",
            "from_date": LONG_AGO_DATE,
            "created_by": UserFactory(),
            **values,
        }
    )
    for position, facts in enumerate(rules, start=1):
        shares = facts.pop("shares", [])
        rule = CommissionRule.objects.create(**{"plan": plan, "position": position, "service": "bill_payment", **facts})
        for place, (beneficiary, kind, value) in enumerate(shares, start=1):
            rule.shares.create(position=place, beneficiary=beneficiary, kind=kind, value=value)
    if end.get("status") != "draft":
        CommissionPlan.objects.filter(pk=plan.pk).update(
            **{"status": "approved", "approved_by": UserFactory(), "approved_at": LONG_AGO, **end}
        )
        plan.refresh_from_db()
    return plan


def found_bill(ready: Desk, of: Biller, *, amount: int = 186_40, bill_ref: str = "", **values: Any) -> BillFetch:
    """A bill that the biller has found."""
    return BillFetch.objects.create(
        **{
            "our_ref": uuid7(),
            "station": ready.station,
            "asked_by": ready.partner,
            "asked_at": now(),
            "biller": of,
            "parameters": {"customer_no": "3213240012345"},
            "status": "found",
            "bill_ref": bill_ref or uuid4().hex[:12],
            "customer_name": "王秀英",
            "period": "2026-10",
            "amount_minor": amount,
            "currency": "CNY",
            "expires_at": now() + dt.timedelta(minutes=30),
            **values,
        }
    )


def pay(ready: Desk, fetch: BillFetch, **values: Any) -> Payment:
    """Pay a fetched bill at the desk, as its partner would."""
    payment = pay_bill(
        **{
            "biller": fetch.biller,
            "fetch": fetch,
            "parameters": {},
            "amount": None,
            "station": ready.station,
            "tender": tender_of(values),
            "by": ready.partner,
            "at": now(),
            "key": uuid4().hex,
            **values,
        }
    )
    payment.refresh_from_db()
    return payment


def tender_of(values: dict[str, Any]) -> Tender:
    """How a sale is paid, taken out of these values: by somebody unknown, with cash, unless they say otherwise."""
    names = {field.name for field in fields(Tender)} & values.keys()
    return Tender(**{name: values.pop(name) for name in names})


def provider_says(
    payment: Payment, status: str, *, event_type: str = "", at: dt.datetime | None = None, **data: Any
) -> str:
    """Let the provider say something about a payment, as a callback would; how it was taken."""
    return record_result(
        provider=payment.bill.biller.provider,
        our_ref=str(payment.pk),
        data={
            "our_ref": str(payment.pk),
            "kind": "bill",
            "status": status,
            "provider_ref": "P-1",
            "amount": str(payment.amount),
            "currency": payment.currency,
            "code": "operator_rejected" if status == "failed" else None,
            "biller_receipt_no": "R-77" if status == "succeeded" else None,
            **data,
        },
        source="callback",
        at=at or now(),
        event_type=event_type,
    )


def sent(payment: Payment, *, at: dt.datetime) -> Payment:
    """The payment as a worker leaves it whose call was never answered: sent, and unknown."""
    begin_call(our_ref=payment.pk, attempt=1, may_have_run="", at=at)
    instruction = Instruction.objects.get(pk=payment.pk)
    apply_unknown(instruction=instruction, code="no_answer", source="answer", at=at)
    payment.refresh_from_db()
    return payment


def enquiry_finds_nothing(payment: Payment, *, at: dt.datetime) -> str:
    """An enquiry is answered "not found"; the state of the payment afterwards."""
    nothing = Result(str(payment.pk), Instruction.Kind.BILL, Status.NOT_FOUND)
    apply(our_ref=payment.pk, result=nothing, source="enquiry", at=at)
    payment.refresh_from_db()
    return payment.status


def owed(ready: Desk, of: Biller, *, amount: int = 100_00, payer: Any = None, **values: Any) -> Refund:
    """Money owed back: a payment that the company declined, and its payer told."""
    payment = pay(ready, found_bill(ready, of, amount=amount), payer=payer, **values)
    provider_says(payment, "failed", at=values.get("at"))
    return notify_refund(refund=payment.refunds.get(), at=values.get("at") or now())


def payer_at(
    ready: Desk,
    *,
    phone: str = "+8613912345678",
    known_for: dt.timedelta = dt.timedelta(days=30),
    at: dt.datetime | None = None,
) -> Person:
    """A resident of the desk's village whose phone was confirmed so long before this instant, else before now."""
    person = resident(station=ready.station, by=ready.partner)
    Person.objects.filter(pk=person.pk).update(phone=phone, phone_verified_at=(at or now()) - known_for)
    person.refresh_from_db()
    return person
