"""Three months of bills, written set by set: what the services would have written, many at once."""

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import F

from core.days import instant_of
from core.fields import uuid7
from core.models import StatusChange
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import Cast
from finance import chart
from finance.bills.parameters import fingerprint
from finance.models import (
    BankStatementLine,
    BillAccount,
    Biller,
    BillPayment,
    CommissionLine,
    CommissionRule,
    FloatTopUp,
    Payment,
    Receipt,
    StationMoney,
)
from finance.payments.services.receipts import names_on_slip
from ledger.models import Account
from ledger.services import Group, Leg, MadeBy, book_of, open_account, post_groups
from stations.models import Person, Station
from stations.network.paper_numbers import BASE32

ANSWERED_AFTER = dt.timedelta(seconds=2)
DAYS = 90
BATCH = 400
FLOAT = 9_000_00  # fen brought to each float by bank transfer
CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Sale:
    """One bill of the past."""

    our_ref: UUID
    hold: UUID
    station: Station
    partner: Any
    person: Person
    biller: Biller
    amount: Money
    at: dt.datetime
    is_float: bool


class Books:
    """The accounts of the demonstration, each opened once."""

    def __init__(self, at: dt.datetime) -> None:
        self.book, self.at = book_of("CN"), at
        self.known: dict[chart.AccountKey, Account] = {}

    def __getitem__(self, key: chart.AccountKey) -> Account:
        if key not in self.known:
            self.known[key] = open_account(
                book=self.book, kind=key.kind, key=key.key, currency=CURRENCY, holder=key.holder, at=self.at
            )
        return self.known[key]


def load_history(cast: Cast, *, random: Random, per_station: int, at: dt.datetime) -> int:
    """Fill the floats, then `per_station` bills of each station over the last three months; how many were written."""
    books = Books(at)
    _fill_floats(cast, books, at=at)
    sales = [sale for station in cast.village_stations for sale in _sales(cast, station, random, per_station, at)]
    sales.sort(key=lambda sale: sale.at)
    rule = CommissionRule.objects.select_related("plan").get(service="bill_payment")
    for start in range(0, len(sales), BATCH):
        _write(sales[start : start + BATCH], books, rule, random)
    return len(sales)


def _fill_floats(cast: Cast, books: Books, *, at: dt.datetime) -> None:
    long_ago = at - dt.timedelta(days=DAYS)
    bank, suspense = books[chart.bank("main")], books[chart.suspense("main")]
    clerk, officer = next(iter(cast.clerks.values())), cast.officers[0]
    lines, topups, groups = [], [], []
    for number, station in enumerate(cast.village_stations, start=1):
        partner = cast.partners[station.pk]
        line = BankStatementLine(
            id=uuid7(),
            country="CN",
            bank_account="main",
            value_date=day_of(long_ago),
            line_ref=f"DEMO-{number:04}",
            direction="in",
            amount_minor=FLOAT,
            explained_minor=FLOAT,
            currency=CURRENCY,
            counterparty=partner.shown_name,
            counterparty_tail=f"{1000 + number}",
            text=f"DEMO{number:04}",
            imported_at=long_ago,
            imported_by=officer,
        )
        topup = FloatTopUp(
            id=uuid7(),
            station=station,
            via="bank",
            amount_minor=FLOAT,
            currency=CURRENCY,
            reference=f"DEMO{number:04}",
            status="credited",
            requested_by=partner,
            requested_at=long_ago,
            bank_line=line,
            matched_by=clerk,
            credited_by=officer,
        )
        amount = Money(FLOAT, CURRENCY)
        seen = Leg(bank, suspense, amount, "bank line")
        added = Leg(suspense, books[chart.float_of(station, partner.pk)], amount, "float top-up")
        staff, date = MadeBy("staff", officer.pk), day_of(long_ago)
        groups += [
            Group([seen], "bank_line", f"main:{line.line_ref}", date, staff),
            Group([added], "topup_credited", str(topup.pk), date, staff),
        ]
        line.transfer_id, topup.transfer_id = seen.id, added.id
        lines.append(line)
        topups.append(topup)
    post_groups(groups=groups, at=long_ago)
    BankStatementLine.objects.bulk_create(lines)
    FloatTopUp.objects.bulk_create(topups)


def _sales(cast: Cast, station: Station, random: Random, count: int, at: dt.datetime) -> list[Sale]:
    heads = Person.objects.filter(home_station=station, household__head=F("pk")).select_related("household")
    billers = list(Biller.objects.exclude(code="JS-TELECOM").select_related("provider").order_by("code"))
    mode = StationMoney.objects.get(station=station).mode
    return [
        Sale(
            our_ref=uuid7(),
            hold=uuid7(),
            station=station,
            partner=cast.partners[station.pk],
            person=person,
            biller=random.choices(billers, weights=[1, 6, 1, 2])[0],
            amount=Money(random.randint(28_00, 119_00) // 10 * 10, CURRENCY),
            at=_moment(station, random, number, count, at),
            is_float=mode == StationMoney.Mode.PREPAID,
        )
        for number, person in enumerate(heads.order_by("pk")[:count])
    ]


def _moment(station: Station, random: Random, number: int, count: int, at: dt.datetime) -> dt.datetime:
    """Some time in the opening hours of a day before today, spread over the months."""
    days_ago = 1 + (count - 1 - number) * (DAYS - 1) // count
    clock = dt.time(random.choice([8, 9, 10, 11, 14, 15, 16, 17]), random.randrange(60), random.randrange(60))
    return instant_of(station.zone, day_of(at) - dt.timedelta(days=days_ago), clock)


def _write(sales: list[Sale], books: Books, rule: CommissionRule, random: Random) -> None:
    newest = sales[-1].at
    post_groups(groups=[_taken(sale, books) for sale in sales], at=newest)
    post_groups(groups=[_succeeded(sale, books) for sale in sales], at=newest)
    Payment.objects.bulk_create([_payment(sale) for sale in sales])
    BillPayment.objects.bulk_create([_bill(sale, random) for sale in sales])
    Receipt.objects.bulk_create([receipt for sale in sales for receipt in _receipts(sale, random)])
    content_type = ContentType.objects.get_for_model(Payment)
    StatusChange.objects.bulk_create([change for sale in sales for change in _changes(sale, content_type)])
    CommissionLine.objects.bulk_create([line for sale in sales for line in _lines(sale, rule, books)])
    BillAccount.objects.bulk_create([_account(sale) for sale in sales], ignore_conflicts=True)


def _taken(sale: Sale, books: Books) -> Group:
    clearing = books[chart.clearing(sale.biller.provider)]
    legs = []
    if sale.is_float:
        source = books[chart.float_of(sale.station, sale.partner.pk)]
    else:
        source = books[chart.customer_funds(sale.station)]
        legs.append(Leg(books[chart.till(sale.station)], source, sale.amount, "cash taken"))
    legs.append(Leg(source, clearing, sale.amount, "held for the provider", kind="pending", id=sale.hold))
    return Group(legs, "payment_taken", str(sale.our_ref), day_of(sale.at), MadeBy("person", sale.partner.pk))


def _succeeded(sale: Sale, books: Books) -> Group:
    clearing, owed = books[chart.clearing(sale.biller.provider)], books[chart.fee_receivable(sale.biller)]
    source = chart.float_of(sale.station, sale.partner.pk) if sale.is_float else chart.customer_funds(sale.station)
    legs = [
        Leg(books[source], clearing, sale.amount, "the provider has done it", kind="post", pending_id=sale.hold),
        Leg(clearing, books[chart.biller(sale.biller)], sale.amount, "owed to the biller"),
        *(
            Leg(owed, books[key], Money(minor, CURRENCY), f"commission {beneficiary}")
            for beneficiary, key, minor in _parts(sale)
        ),
    ]
    return Group(legs, "payment_succeeded", str(sale.our_ref), day_of(sale.at), MadeBy("provider"))


def _parts(sale: Sale) -> list[tuple[str, chart.AccountKey, int]]:
    """The flat 1.50 of the plan: beneficiary, account, fen."""
    return [
        ("partner", chart.commission_of_user(sale.partner.pk), 100),
        ("county", chart.commission_of_county(sale.station.county), 15),
        ("platform", chart.platform("revenue"), 35),
    ]


def _payment(sale: Sale) -> Payment:
    return Payment(
        our_ref=sale.our_ref,
        key=f"demonstration:{sale.our_ref}",
        purpose=Payment.Purpose.BILL,
        subject_ref=str(sale.our_ref),
        station=sale.station,
        payer=sale.person,
        payer_phone=sale.person.phone,
        taken_by=sale.partner,
        method=Payment.Method.CASH,
        funding=Payment.Funding.FLOAT if sale.is_float else Payment.Funding.TILL,
        amount_minor=sale.amount.minor,
        total_minor=sale.amount.minor,
        currency=CURRENCY,
        status=Payment.Status.SUCCEEDED,
        hold_transfer_id=sale.hold,
        taken_at=sale.at,
        submitted_at=sale.at,
        finished_at=sale.at + ANSWERED_AFTER,
    )


def _bill(sale: Sale, random: Random) -> BillPayment:
    return BillPayment(
        payment_id=sale.our_ref,
        biller=sale.biller,
        household=sale.person.household,
        parameters=_parameters(sale),
        bill_ref=f"D{sale.our_ref.hex[-12:].upper()}",
        biller_receipt_no=f"E{sale.at:%m%d}-{random.randrange(10**6):06}",
    )


def _parameters(sale: Sale) -> dict[str, str]:
    """A number that stays with the household."""
    name = "card_no" if sale.biller.code == "JS-TV" else "customer_no"
    return {name: f"{int(sale.person.household_id or 0) % 10**6 + 3_213_000_000}"}


def _receipts(sale: Sale, random: Random) -> list[Receipt]:
    number = f"{sale.station.code}-{sale.at:%y%m%d}-{''.join(random.choices(BASE32, k=6))}"
    lines = [
        {"name": "biller", "value": {"en": sale.biller.name, "zh-hans": sale.biller.name_zh}},
        {"name": "amount", "value": str(sale.amount)},
        {"name": "agent_fee", "value": "0.00"},
        {"name": "total", "value": str(sale.amount)},
        {"name": "paid_by", "value": "cash"},
    ]
    return [
        Receipt(
            number=number,
            payment_id=sale.our_ref,
            kind=Receipt.Kind.FINAL,
            lines=lines,
            names=names_on_slip(station=sale.station, payer=sale.person),
            verify_code=uuid7().hex[-22:],
            issued_at=sale.at + ANSWERED_AFTER,
        )
    ]


def _changes(sale: Sale, content_type: ContentType) -> list[StatusChange]:
    about = {"content_type": content_type, "object_id": str(sale.our_ref)}
    return [
        StatusChange(**about, old="", new="held", actor_kind="person", actor=sale.partner.pk, at=sale.at),
        StatusChange(**about, old="held", new="submitted", actor_kind="system", at=sale.at),
        StatusChange(**about, old="submitted", new="succeeded", actor_kind="provider", at=sale.at + ANSWERED_AFTER),
    ]


def _lines(sale: Sale, rule: CommissionRule, books: Books) -> list[CommissionLine]:
    at = sale.at + ANSWERED_AFTER
    return [
        CommissionLine(
            id=uuid7(),
            event_type="payment",
            event_id=str(sale.our_ref),
            rule=rule,
            beneficiary=beneficiary,
            account=books[key],
            source=books[chart.fee_receivable(sale.biller)],
            payee=key.holder,
            service="bill_payment",
            station=sale.station,
            base_minor=sale.amount.minor,
            amount_minor=minor,
            currency=CURRENCY,
            taken_at=sale.at,
            accrued_at=at,
            eligible_at=at,
            target=f"{sale.biller.code}:{fingerprint(_parameters(sale))}"[:120],
            explanation=_explanation(rule, beneficiary, minor, sale),
        )
        for beneficiary, key, minor in _parts(sale)
    ]


def _explanation(rule: CommissionRule, beneficiary: str, minor: int, sale: Sale) -> dict[str, Any]:
    kind: dict[str, Any] = {"kind": "rest"} if beneficiary == "platform" else {"kind": "flat", "value": minor}
    return {
        **kind,
        "base": sale.amount.minor,
        "total": rule.total_value,
        "rule": rule.pk,
        "position": rule.position,
        "plan": f"{rule.plan.code} v{rule.plan.version}",
        "total_kind": rule.total_kind,
        "total_value": rule.total_value,
        "window_days": rule.window_days,
    }


def _account(sale: Sale) -> BillAccount:
    parameters = _parameters(sale)
    return BillAccount(
        biller=sale.biller,
        parameters=parameters,
        parameters_hash=fingerprint(parameters),
        household=sale.person.household,
    )
