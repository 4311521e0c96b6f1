"""A farmer's fruit: taken in, paid in part before, sold and shared out; what is kept back for a while; a recall."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance import chart
from orders.models import Intake, Lot
from orders.produce.services import (
    accept_signed,
    deliver_lot,
    dispatch_lot,
    pay_advance,
    recall_lot,
    sell_lot,
    settle_lots,
)
from tests.factories.produce import Orchard, closed, graded
from tests.finance.model.books import Effect, Move, moved
from tests.finance.model.earnings import REVENUE, WHOLE, Line, Lines, half_up
from tests.finance.model.house import DAY
from tests.finance.model.machine import ANY, SHOPS, chosen
from tests.finance.model.market import BUYER, PASSED_ON, ROUTE
from tests.finance.model.verbs.orders import Orders

KILO, CLAIM_DAYS, LOTS_AT_ONCE = 1_000, 7, 10
#: Packing, freight and handling of a kilogram; then the platform's part and the reserve, of the price.
PACKING, FREIGHT, HANDLING, PLATFORM_BP, RESERVE_BP = 30, 35, 10, 300, 200
#: Prices of a kilogram; at the lowest nothing is left for the farmer.
PRICES, A_GOOD_PRICE = st.sampled_from([50, 81, 4_20, 6_50, 6_53]), 6_50


@dataclass
class Fruit:
    """What a farmer brought: the grams of the first and the second grade."""

    row: Intake
    where: int
    grams: tuple[int, int]
    #: What it should bring by the last prices, where they are known.
    expected: int
    advance: int = 0
    lot: "Sold | None" = None


@dataclass
class Sold:
    """Fruit that went to the buyer together: what each grade brought."""

    row: Lot
    fruit: list[Fruit]
    amounts: tuple[int, int]
    state: str = "on its way"
    is_recalled: bool = False
    claims_end_at: dt.datetime | None = None
    #: What is kept back of whom.
    reserves: list[tuple[int, int]] = field(default_factory=list)


class Intakes(Orders):
    """The counter, goods, and fruit."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.fruit: list[Fruit] = []
        self.lots: list[Sold] = []
        #: What the buyer last paid for a kilogram of each grade; nothing before the first sale.
        self.last_prices = [0, 0]

    @rule(where=SHOPS, first=st.sampled_from([7, 33_333, 150_000]), second=st.sampled_from([0, 1_001, 40_000]))
    def fruit_is_taken_in(self, where: int, first: int, second: int) -> None:
        orchard, grams = self.market.orchards[where], (first, second)
        row = self.attempt(take_in, orchard=orchard, grams=grams, witness=self.house.witness)
        prices = [price for price, count in zip(self.last_prices, grams, strict=True) if count]
        expected = sum(worth(count, price) for count, price in zip(grams, self.last_prices, strict=True))
        self.fruit.append(Fruit(row, where, grams, expected if all(prices) else 0))
        assert (row.expected_minor or 0) == self.fruit[-1].expected

    @precondition(lambda self: self.fruit)
    @rule(n=ANY, part=st.sampled_from([0, 1, 2, 2, 3]), is_seen=st.sampled_from([True, True, True, False]))
    def some_is_paid_before(self, n: int, part: int, is_seen: bool) -> None:
        """At most half of what it should bring, out of the drawer; the farmer signs, and somebody sees it."""
        fruit = chosen(self.fruit, n)
        shop, most = self.house.shops[fruit.where], fruit.expected // 2
        minor = {0: 0, 1: max(1, most // 3), 2: most, 3: most + 1}[part]
        is_over = fruit.lot is not None and (fruit.lot.is_recalled or fruit.lot.state != "on its way")
        expect = "advance_paid" if fruit.advance else "nothing_to_advance" if not most or is_over else ""
        expect = expect or ("" if 0 < minor <= most else "advance_too_large")
        expect = expect or ("" if is_seen else "slip_witness_missing")
        drawer = self.drawers[shop.till]
        is_shut = drawer.state in {"", "closed"} or self.is_left_over(drawer)
        expect = expect or ("cash_day_not_open" if is_shut else "")
        farmer = self._farmer(fruit.where)
        done = self.attempt(
            pay_advance,
            expect=expect,
            effects=[] if expect else [Move(farmer, shop.till, minor)],
            earned=[Line(farmer, -minor, self.at, str(fruit.row.pk))],
            lack={"till": "till_too_small"},
            intake=fruit.row,
            amount=self.money(minor),
            witness=self.house.witness if is_seen else None,
            by=shop.partner,
        )
        fruit.advance = minor if done else fruit.advance

    @precondition(lambda self: any(fruit.lot is None for fruit in self.fruit))
    @rule(first=PRICES, second=PRICES)
    def all_of_it_is_sold(self, first: int, second: int) -> None:
        """To one buyer, who pays when it is there; where a price leaves nothing, another one is agreed."""
        orchard = self.market.orchards[0]
        waiting = [fruit for fruit in self.fruit if fruit.lot is None]
        row = self.attempt(closed, ready=orchard)
        amounts = [0, 0]
        for grade, price in enumerate((first, second)):
            grams = sum(fruit.grams[grade] for fruit in waiting)
            if grams and not self._sell(row, grade, grams, price, amounts):
                self._sell(row, grade, grams, A_GOOD_PRICE, amounts)
        self.attempt(dispatch_lot, lot=row, by=orchard.clerk)
        lot = Sold(row, waiting, (amounts[0], amounts[1]))
        self.lots.append(lot)
        for fruit in waiting:
            fruit.lot = lot

    @precondition(lambda self: self.lots)
    @rule(n=ANY)
    def the_buyer_has_it(self, n: int) -> None:
        """Everybody gets their part of what each farmer's fruit brought; the rest is the farmer's."""
        lot, clerk = chosen(self.lots, n), self.house.clerk
        expect = "" if lot.state == "on its way" and not lot.is_recalled else "wrong_state"
        effects: list[Effect] = []
        lines: Lines = []
        reserves: list[tuple[int, int]] = []
        if not expect:
            effects.append(Move(BUYER, PASSED_ON, sum(lot.amounts)))
            for where, grams, gross in shares(lot):
                parts, rest = self._parts(where, grams, gross)
                for account, minor in [*parts, (self._farmer(where), rest)]:
                    effects += moved(PASSED_ON, account, minor)
                    if not account.startswith(("reserve:", "revenue:")):
                        lines.append(Line(account, minor, self.at, str(lot.row.pk)))
                reserves.append((where, parts[-1][1]))
        day = self.today
        if self.attempt(deliver_lot, expect=expect, effects=effects, earned=lines, lot=lot.row, by=clerk):
            lot.state, lot.reserves = "there", reserves
            lot.claims_end_at = self.land.instant_of(day + (CLAIM_DAYS + 1) * DAY, dt.time())

    @precondition(lambda self: any(lot.state == "there" for lot in self.lots))
    @rule(is_over=st.booleans())
    def the_reserves_are_given_back(self, is_over: bool) -> None:
        """Once nobody can claim any more; what was called back after it was paid for is no exception."""
        there = [lot for lot in self.lots if lot.state == "there"]
        if is_over:
            self.at = max(self.at, *(lot.claims_end_at for lot in there if lot.claims_end_at))
        due = [lot for lot in there if lot.claims_end_at and lot.claims_end_at <= self.at][:LOTS_AT_ONCE]
        back = [(where, minor, str(lot.row.pk)) for lot in due for where, minor in lot.reserves]
        effects = [move for where, minor, _event in back for move in moved(*self._reserve_to_farmer(where), minor)]
        lines = [Line(self._farmer(where), minor, self.at, event) for where, minor, event in back]
        done = self.attempt(settle_lots, effects=effects, earned=lines, county=self.house.county.code)
        assert {lot.pk for lot in done} == {lot.row.pk for lot in due}
        for lot in due:
            lot.state = "settled"

    @precondition(lambda self: self.lots)
    @rule(n=ANY)
    def it_is_called_back(self, n: int) -> None:
        """No money moves by it: what was paid before stays owed, and what is not there yet is never paid for."""
        lot = chosen(self.lots, n)
        about = {"lot": lot.row, "reason": "农残超标", "by": self.house.manager}
        if self.attempt(recall_lot, expect="wrong_state" if lot.is_recalled else "", **about):
            lot.is_recalled = True

    # --- the model

    def _sell(self, lot: Lot, grade: int, grams: int, price: int, amounts: list[int]) -> bool:
        orchard, amount = self.market.orchards[0], worth(grams, price)
        taken = sum(minor for _account, minor in deducted(grams, amount))
        done = self.attempt(
            sell_lot,
            expect="price_below_deductions" if taken >= amount else "",
            lot=lot,
            grade=(orchard.first, orchard.second)[grade],
            buyer=orchard.buyer,
            grams=grams,
            price_minor=price,
            by=orchard.clerk,
            key=uuid4().hex,
        )
        if done:
            amounts[grade], self.last_prices[grade] = amount, price
        return bool(done)

    def _parts(self, where: int, grams: int, gross: int) -> tuple[list[tuple[str, int]], int]:
        """What is deducted of a farmer's fruit, never more than it brought, the reserve last; and the rest."""
        accounts = {
            "county": self.house.county_account,
            "carrier": ROUTE,
            "partner": self.house.commission(self.house.shops[where].partner),
            "platform": REVENUE,
            "reserve": self._reserve_to_farmer(where)[0],
        }
        left, parts = gross, []
        for who, minor in deducted(grams, gross):
            parts.append((accounts[who], min(minor, left)))
            left -= parts[-1][1]
        return parts, left

    def _farmer(self, where: int) -> str:
        return chart.farmer(self.market.orchards[where].farmer.pk).code

    def _reserve_to_farmer(self, where: int) -> tuple[str, str]:
        return chart.reserve(self.market.orchards[where].farmer.pk).code, self._farmer(where)


def worth(grams: int, price: int) -> int:
    """Grams at a price of a kilogram."""
    return half_up(grams * price, KILO)


def deducted(grams: int, gross: int) -> list[tuple[str, int]]:
    """By whom, and how much, in their order."""
    by_weight = {"county": PACKING, "carrier": FREIGHT, "partner": HANDLING}
    by_price = {"platform": PLATFORM_BP, "reserve": RESERVE_BP}
    return [
        *((who, worth(grams, value)) for who, value in by_weight.items()),
        *((who, half_up(gross * value, WHOLE)) for who, value in by_price.items()),
    ]


def shares(lot: Sold) -> list[tuple[int, int, int]]:
    """Whose fruit, how many grams, and what it brought: each grade's price by weight, to the cent."""
    grams, gross = [0, 0], [0, 0]
    for grade, amount in enumerate(lot.amounts):
        brought = [fruit for fruit in lot.fruit if fruit.grams[grade]]
        weights = [fruit.grams[grade] for fruit in brought]
        for fruit, minor in zip(brought, by_weight(amount, weights), strict=True):
            grams[fruit.where] += fruit.grams[grade]
            gross[fruit.where] += minor
    return [(where, grams[where], gross[where]) for where in (0, 1) if gross[where]]


def by_weight(amount: int, weights: list[int]) -> list[int]:
    """Rounded down; the cents that are left go to those who lost most by it, the older first."""
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    lost = sorted(range(len(weights)), key=lambda n: (-(amount * weights[n] % whole), n))
    for n in lost[: amount - sum(parts)]:
        parts[n] += 1
    return parts


def take_in(*, orchard: Orchard, grams: tuple[int, int], witness: Any, at: dt.datetime) -> Intake:
    """Weighed, graded, and signed for by the farmer."""
    intake = graded(orchard, *grams, 5_000, at=at)
    return accept_signed(intake=intake, witness=witness, by=orchard.partner, at=at)
