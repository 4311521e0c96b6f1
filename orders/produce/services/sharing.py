"""Everybody's part of a delivered lot: statements of farmers, and what is posted for them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.errors import refused_by, refuses
from core.fields import uuid7
from core.history import record_changes
from core.money import Money, parts_of, share
from core.notices.services import Notification, notify_all
from finance import chart
from finance.chart import AccountKey
from finance.settlement.services import Accrual, accrue_payable, accrue_payables
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, post_transfers
from orders.produce.models import (
    DeductionPlan,
    DeductionRow,
    FarmerStatement,
    IntakeGrade,
    Lot,
    LotSale,
    StatementDeduction,
)
from orders.produce.queries import composition
from orders.produce.services.harvests import names_of
from orders.produce.services.steps import amount_of, farmer_notification
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person
from stations.recruitment.queries import terms_at

_D = DeductionRow.Code
DELIVERED, LOT_EVENT, STATEMENT_EVENT = "produce_delivered", "produce_lot", "produce_statement"


@dataclass(slots=True)
class Part:
    """What one farmer has in a lot: grams sold and their price."""

    farmer: Person
    station: Station
    grams: int = 0
    gross: int = 0
    by_sale: dict[UUID, int] = field(default_factory=dict)


def deductions_of(plan: DeductionPlan, grams: int, gross: int) -> dict[DeductionRow, int]:
    """Each deduction from so many grams and so much money, half-up, in minor units."""
    return {
        row: (
            amount_of(grams, row.value)
            if row.basis == DeductionRow.Basis.PER_1000_G
            else share(gross, row.value, rounding="half_up")
        )
        for row in sorted(plan.rows.all(), key=lambda row: row.pk)
    }


def parts_of_farmers(lot: Lot, sales: Sequence[LotSale]) -> list[Part]:
    """Each sale to its intakes, largest remainder, ties to the older: its grams, and by these its proceeds; by farmer.

    Who has none of its whole grams gets none of its money either, so that every cent belongs to a statement.
    """
    made = composition(lot)
    wanted = {pk for grades in made.values() for pk in grades}
    rows = IntakeGrade.objects.filter(pk__in=wanted).select_related("intake__farmer", "intake__station__county")
    known = {row.pk: row.intake for row in rows}
    parts: dict[UUID, Part] = {}
    for sale in sales:
        pks = sorted(made[sale.grade_id])
        weights = [made[sale.grade_id][pk] for pk in pks]
        parts_of_grams = parts_of(sale.grams, weights)
        amounts = parts_of(sale.amount_minor, parts_of_grams)
        for pk, grams, amount in zip(pks, parts_of_grams, amounts, strict=True):
            intake = known[pk]
            part = parts.setdefault(intake.farmer_id, Part(intake.farmer, intake.station))
            part.grams += grams
            part.gross += amount
            part.by_sale[sale.pk] = part.by_sale.get(sale.pk, 0) + amount
    return [parts[pk] for pk in sorted(parts) if parts[pk].gross]


@refuses(*refused_by(accrue_payable))
def share_out(lot: Lot, sales: Sequence[LotSale], plan: DeductionPlan, *, by: User, at: dt.datetime) -> None:
    """buyer -> county, carrier, partner, revenue, reserve and farmer; the lot's row is held."""
    payees = Payees(by=by)
    made = [_statement(lot, part, plan, payees, at=at) for part in parts_of_farmers(lot, sales)]
    FarmerStatement.objects.bulk_create([statement for statement, _rows in made])
    StatementDeduction.objects.bulk_create([row for _made, rows in made for row in rows])
    _post(lot, sales, made, by=by, at=at)
    statements = [statement for statement, _rows in made]
    record_changes(statements, old="", new="made", at=at, actor=by.pk)
    notify_all(notifications=[told for each in statements if (told := _notification_of(each, lot))], at=at)


def _statement(
    lot: Lot, part: Part, plan: DeductionPlan, payees: "Payees", *, at: dt.datetime
) -> tuple[FarmerStatement, list[StatementDeduction]]:
    amounts = _within(part.gross, deductions_of(plan, part.grams, part.gross))
    reserve = sum(amount for row, amount in amounts.items() if row.code == _D.CLAIMS_RESERVE)
    deducted = sum(amounts.values()) - reserve
    statement = FarmerStatement(
        id=uuid7(),
        lot=lot,
        farmer=part.farmer,
        station=part.station,
        grams=part.grams,
        gross_minor=part.gross,
        deducted_minor=deducted,
        reserve_minor=reserve,
        net_minor=part.gross - deducted - reserve,
        currency=lot.currency,
        made_at=at,
    )
    rows = [
        StatementDeduction(
            statement=statement,
            code=row.code,
            basis=row.basis,
            value=row.value,
            basis_quantity=part.grams if row.basis == DeductionRow.Basis.PER_1000_G else part.gross,
            amount_minor=amount,
            currency=lot.currency,
            account=payees.of(row, part.station, part.farmer).code,
        )
        for row, amount in amounts.items()
    ]
    return statement, rows


def _within(gross: int, amounts: dict[DeductionRow, int]) -> dict[DeductionRow, int]:
    """A few grams are not charged more than they brought, where each deduction was rounded up."""
    left, within = gross, {}
    for row, amount in amounts.items():
        within[row] = min(amount, left)
        left -= within[row]
    return within


class Payees:
    """Who gets what is deducted; the terms of each station are read once."""

    def __init__(self, *, by: User) -> None:
        self.by = by
        self.partners: dict[int, UUID | None] = {}

    def of(self, row: DeductionRow, station: Station, farmer: Person) -> AccountKey:
        """Whose account a deduction goes to; handling at a station without a partner stays with the platform."""
        if row.code == _D.PACKING:
            return chart.commission_of_county(station.county)
        if row.code == _D.FREIGHT:
            return chart.carrier(row.carrier)
        if row.code == _D.CLAIMS_RESERVE:
            return chart.reserve(farmer.pk)
        partner = self._partner(station) if row.code == _D.STATION_HANDLING else None
        return chart.commission_of_user(partner) if partner else chart.platform("revenue")

    def _partner(self, station: Station) -> UUID | None:
        if station.pk not in self.partners:
            self.partners[station.pk] = terms_at(station, acted_by=self.by).partner
        return self.partners[station.pk]


def _post(
    lot: Lot,
    sales: Sequence[LotSale],
    made: Sequence[tuple[FarmerStatement, list[StatementDeduction]]],
    *,
    by: User,
    at: dt.datetime,
) -> None:
    accounts = Accounts(lot, at=at)
    farmers = [statement.farmer_id for statement, _rows in made]
    accounts.open([key for pk in farmers for key in (chart.farmer(pk), chart.reserve(pk))])
    sold = accounts.of(chart.sold_produce())
    legs = [Leg(accounts.of(chart.buyer(sale.buyer.code)), sold, sale.amount, "produce delivered") for sale in sales]
    payable: dict[str, int] = {}
    for _made, rows in made:
        for row in rows:
            if not row.amount_minor:
                continue
            if row.account.startswith(("commission:", "carrier:")):
                payable[row.account] = payable.get(row.account, 0) + row.amount_minor
            else:
                legs.append(Leg(sold, accounts.called(row.account), row.amount, f"produce {row.code}"))
    post_transfers(
        legs=legs,
        event_type=DELIVERED,
        event_id=str(lot.pk),
        business_date=business_date_of(sold.book, at),
        made_by=MadeBy("person", by.pk),
        at=at,
    )
    about: dict[str, Any] = {"source": sold, "eligible_at": at, "at": at}
    for code in sorted(payable):
        accrue_payable(
            event_type=LOT_EVENT,
            event_id=str(lot.pk),
            account=accounts.called(code),
            amount=Money(payable[code], lot.currency),
            explanation={"lot": lot.code},
            station=lot.station,
            **about,
        )
    accrue_payables(
        event_type=STATEMENT_EVENT,
        accruals=[
            Accrual(
                event_id=str(statement.pk),
                account=accounts.of(chart.farmer(statement.farmer_id)),
                amount=statement.net,
                source=sold,
                station=statement.station,
                explanation={"lot": lot.code, "gross_minor": statement.gross_minor},
            )
            for statement, _rows in made
            if statement.net_minor
        ],
        eligible_at=at,
        at=at,
    )


class Accounts:
    """Accounts of one lot's country and currency, each opened once."""

    def __init__(self, lot: Lot, *, at: dt.datetime) -> None:
        self.country, self.currency, self.at = lot.station.county.country, lot.currency, at
        self.opened: dict[str, Account] = {}

    def open(self, keys: Sequence[AccountKey]) -> None:
        """Read many accounts in one statement; what is missing is opened."""
        opened = chart.open_all(list(dict.fromkeys(keys)), country=self.country, currency=self.currency, at=self.at)
        self.opened |= {key.code: account for key, account in opened.items()}

    def of(self, key: AccountKey) -> Account:
        """The account of this key."""
        if key.code not in self.opened:
            self.opened[key.code] = chart.open_one(key, country=self.country, currency=self.currency, at=self.at)
        return self.opened[key.code]

    def called(self, code: str) -> Account:
        """The account of this code."""
        kind, _colon, key = code.partition(":")
        holder = UUID(key) if kind == "commission" and "-" not in key else None
        return self.of(AccountKey(kind, key, holder))


def _notification_of(statement: FarmerStatement, lot: Lot) -> Notification | None:
    about = {
        "crop": names_of(lot.crop),
        "kilograms": f"{statement.grams / 1000:g}",
        "gross": statement.gross.display(statement.farmer.language),
        "net": statement.net.display(statement.farmer.language),
    }
    return farmer_notification(statement.farmer, statement.station, "produce_sold", about, about=statement.pk)
